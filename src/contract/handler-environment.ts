/** The environment variables of the handler. */
export enum HandlerEnvironment {
  /** The id of the handler's stack. */
  STACK_ID = 'STACK_ID',
}
