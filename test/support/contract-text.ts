import { compareContracts } from '../../src/compare/contract/contracts.ts'
import { compatibilityOf } from '../../src/compare/contract-lists.ts'
import { joinContracts } from '../../src/link/contracts.ts'
import type { Change } from '../../src/model/change.ts'
import type { Contract } from '../../src/model/contract.ts'
import type { Reader } from '../../src/read/reader.ts'

/** The contract of a text, joined like that of a file. */
export const contractOf = async (reader: Reader, content: string, file: string): Promise<Contract> => {
  const { contract, problems } = await reader.read({ path: file, content })
  if (contract === undefined) throw new Error(problems.map(p => p.message).join('; ') || 'no contract')
  const files = [{ repo: 'office', file: { file, digest: content, contract } }]
  return { ...joinContracts({ files, stubs: [], programs: [] }).contracts[0]!, id: 'it' }
}

export const changesOf = async (reader: Reader, base: string, head: string, file: string): Promise<Change[]> =>
  compareContracts(await contractOf(reader, base, file), await contractOf(reader, head, file))

/** `compatibility rule subject`, sorted. */
export const told = (changes: readonly Change[]): string[] =>
  changes.map(c => `${compatibilityOf(c)} ${c.contract!.rule} ${c.subject.id.replace(/^it#/, '')}`).sort()
