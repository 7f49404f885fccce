/**
 * What a rotation or the deletion of a stream key may do to a broadcast that is running.
 */
export enum WhileLive {
  /**
   * The broadcast goes on, and its encoder needs the new key only when it reconnects. A deletion is refused before anything is touched.
   */
  KEEP = 'KEEP',
  /**
   * The broadcast is cut off once the old key is dead: for keys that may have leaked.
   */
  DISCONNECT = 'DISCONNECT',
  /**
   * The rotation waits until the broadcast ends. Then, or with the next deployment or scheduled rotation
   * that finds the channel offline, it is carried out. A deletion is refused before anything is touched.
   */
  DEFER = 'DEFER',
}
