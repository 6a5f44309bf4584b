/**
 * Whether the database will never take what it answered so, however often it is asked: what was sent is not right in
 * itself (SQLSTATE 22), or what it belongs to is gone (23). Any other failure may pass.
 */
export function isRefusal(code: string | undefined): boolean {
  return /^2[23]...$/.test(code ?? '');
}
