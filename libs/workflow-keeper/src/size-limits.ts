/** How much JSON an instance keeps. Counted in bytes of UTF-8, as messages and the database count,
 * and not in characters, of which one takes up to four. */

/** Bytes of JSON that an event which starts an instance may have. */
export const triggerMax = 256 * 1024;
/** The same, with the quotes and escapes of the message that it is a text of. */
export const quotedTriggerMax = 440_000;
/** Bytes of JSON that one step, or an instance, may give. */
export const outputMax = 64 * 1024;

/** Bytes that a text takes in UTF-8. Counted by hand: no encoder is at hand in every engine. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isHalf = code >= 0xd800 && code <= 0xdfff;
    if (code < 0x80) bytes += 1;
    else bytes += code < 0x800 || isHalf ? 2 : 3;
  }
  return bytes;
}

/** Why an event of this JSON starts no instance; undefined where it may. */
export function triggerFault(type: string, json: string): string | undefined {
  const bytes = bytesOf(json);
  if (bytes > triggerMax)
    return `${type} has ${bytes} bytes of JSON; ${triggerMax} may start a workflow.`;
  // escapes double a text at most
  if (2 * bytes + 2 <= quotedTriggerMax) return undefined;
  const quoted = bytesOf(JSON.stringify(json));
  if (quoted <= quotedTriggerMax) return undefined;
  return `${type} has ${quoted} bytes with its escapes; ${quotedTriggerMax} may start a workflow.`;
}
