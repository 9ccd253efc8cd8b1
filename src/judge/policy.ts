import type { Policy } from '../model/verdict.ts'

/** What holds where no configuration says otherwise. */
export const defaultPolicy: Policy = {
  rules: {},
  links: {},
  external: {},
  ignore: [],
  publicContracts: [],
  minimumCoverage: 0,
  libraries: [],
  waivers: [],
}
