import type { Functions, GoFunction } from '../evaluate.ts'

/** Stands for what is known only when a release is made: random texts, keys, the clock. */
export const PLACEHOLDER = 'known-when-released'

const placeholder: GoFunction = () => PLACEHOLDER

const pair: GoFunction = () =>
  new Map([
    ['Cert', PLACEHOLDER],
    ['Key', PLACEHOLDER],
  ])

/** What a rendering must not ask the world for: the cluster is empty, and what is random or of the moment is a placeholder. */
export const outside: Functions = {
  lookup: () => new Map(),
  getHostByName: placeholder,
  now: placeholder,
  date: placeholder,
  dateInZone: placeholder,
  dateModify: placeholder,
  htmlDate: placeholder,
  ago: placeholder,
  unixEpoch: placeholder,
  toDate: placeholder,
  randAlphaNum: placeholder,
  randAlpha: placeholder,
  randNumeric: placeholder,
  randAscii: placeholder,
  randBytes: placeholder,
  randInt: () => 0n,
  uuidv4: placeholder,
  htpasswd: placeholder,
  bcrypt: placeholder,
  derivePassword: placeholder,
  genPrivateKey: placeholder,
  genCA: pair,
  genSelfSignedCert: pair,
  genSignedCert: pair,
  genCAWithKey: pair,
  genSelfSignedCertWithKey: pair,
  genSignedCertWithKey: pair,
  encryptAES: placeholder,
  decryptAES: placeholder,
  env: () => '',
  expandenv: () => '',
}
