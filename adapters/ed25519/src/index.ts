/** Claims signed with Ed25519, and the keys for it. */
export { openClaims, type Claims, type ClaimKeys } from './claims.ts';
export { newPrivateKey, privateKeyOf, publicKeysOf, publicTextOf } from './keys.ts';
