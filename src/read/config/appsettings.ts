import { basename } from '../../base/path.ts'
import type { Reader } from '../reader.ts'
import { parseJson } from '../syntax/json.ts'
import { leavesOf, settingOf } from '../syntax/settings.ts'

/** `appsettings.json` and `appsettings.ENVIRONMENT.json` of .NET programs, and the like of Ocelot gateways; sections are joined with `:`. */
export const appsettings: Reader = {
  name: 'config/appsettings',
  version: 3,
  wants: path => NAME.test(basename(path)),
  pathClass: path => profileOf(path) ?? '',
  read: ({ path, content }) => {
    const { root, problems } = parseJson(content)
    if (!root) return { problems }
    const { leaves, problems: limits } = leavesOf(root, ':')
    const manifest = leaves.map(leaf => settingOf({ ...leaf, key: leaf.key.replace(/\[(\d+)\]/g, ':$1') }, profileOf(path)))
    return manifest.length > 0 ? { manifest, problems: [...problems, ...limits] } : { problems: [...problems, ...limits] }
  },
}

const NAME = /^(?:appsettings|ocelot|yarp)(?:\.([\w-]+))?\.json$/i

const profileOf = (path: string): string | undefined => NAME.exec(basename(path))?.[1]
