import type { ManifestFact } from '../../model/manifest.ts'
import { balancersOf, namesOf } from '../cloud/balancers.ts'
import { deployablesOf } from '../cloud/deployables.ts'
import { CLOUD_ENDING, isCloudDocument, readCloud } from '../cloud/document.ts'
import { gatewaysOf } from '../cloud/gateways.ts'
import { artifactsOf, settingsOf, storesOf } from '../cloud/stores.ts'
import { Things } from '../cloud/things.ts'
import { triggersOf } from '../cloud/triggers.ts'
import type { Reader } from '../reader.ts'

/**
 * What infrastructure as code deploys, in the one form that all its languages are rendered to. What a type means stands in the tables of
 * `read/cloud/types`.
 */
export const cloud: Reader = {
  name: 'deploy/cloud',
  version: 3,
  wants: path => path.endsWith(CLOUD_ENDING),
  recognises: isCloudDocument,
  read: ({ content }) => {
    const document = readCloud(content)
    const things = new Things(document)
    const balancers = balancersOf(things)
    const manifest: ManifestFact[] = [
      ...deployablesOf(things, balancers.names),
      ...gatewaysOf(things),
      ...balancers.facts,
      ...namesOf(things),
      ...storesOf(things),
      ...triggersOf(things),
      ...artifactsOf(things),
      ...settingsOf(things, document),
    ]
    return manifest.length > 0 ? { manifest, problems: document.problems } : { problems: document.problems }
  },
}
