// What each use case needs is loaded when it is called: comparing two contracts takes neither the languages nor the rules.

export const checkChange: typeof import('./check.ts').checkChange = async options => (await import('./check.ts')).checkChange(options)

export const contractConsumers: typeof import('./contracts.ts').contractConsumers = async (...args) =>
  (await import('./contracts.ts')).contractConsumers(...args)

export const diffContracts: typeof import('./contract-diff.ts').diffContracts = async options =>
  (await import('./contract-diff.ts')).diffContracts(options)

export const diffSystems: typeof import('./diff.ts').diffSystems = async options => (await import('./diff.ts')).diffSystems(options)

export const fragmentOf: typeof import('./map.ts').fragmentOf = async options => (await import('./map.ts')).fragmentOf(options)

export const listContracts: typeof import('./contracts.ts').listContracts = async options =>
  (await import('./contracts.ts')).listContracts(options)

export const mapSystem: typeof import('./map.ts').mapSystem = async options => (await import('./map.ts')).mapSystem(options)

export const replay: typeof import('./replay.ts').replay = async function* (options) {
  yield* (await import('./replay.ts')).replay(options)
}
