/** Commands for the screens that some firmware draws by itself, and what such a firmware says (docs/protocol.md). */

export type SimulatedNative = 'welcome' | 'qr' | 'success' | 'fail' | 'cancel';

/** By the command's word in lower case. */
export const NATIVE_SCREENS: ReadonlyMap<string, { readonly name: SimulatedNative; readonly words: string }> = new Map([
  ['welcomescreen', { name: 'welcome', words: 'Playing welcome.mp3' }],
  ['displayqrcodescreen', { name: 'qr', words: 'QR Code Generation' }],
  ['displaysuccessqrcodescreen', { name: 'success', words: 'Playing success.mp3' }],
  ['displayfailqrcodescreen', { name: 'fail', words: 'Playing fail.mp3' }],
  ['displaycancelqrcodescreen', { name: 'cancel', words: 'Playing cancel.mp3' }],
]);
