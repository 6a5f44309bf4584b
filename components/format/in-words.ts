/** What happened and what to do, as two sentences: a message ends without a full stop where nothing follows it. */
export function inWords({ message, hint }: { message: string; hint?: string | null | undefined }): string {
  if (!hint) return message;
  return /[.!?…:]["”’']?$/.test(message) ? `${message} ${hint}` : `${message}. ${hint}`;
}
