/**
 * The effect that a rotation or the deletion of a stream key has on a live broadcast.
 */
export enum WhileLive {
  /**
   * The broadcast goes on, and its encoder needs the new key only when it reconnects. A deletion is refused: the key stays as it is.
   */
  KEEP = 'KEEP',
  /**
   * The broadcast is cut off once the old key is dead: for keys that may have leaked.
   */
  DISCONNECT = 'DISCONNECT',
  /**
   * The rotation waits until the broadcast ends. Then it is carried out, or with the next scheduled rotation or change of the construct's
   * props that finds the channel offline. Until then Secrets Manager shows a rotation that is not complete, and starts no other one.
   * A deletion is refused, as under `KEEP`.
   */
  DEFER = 'DEFER',
}
