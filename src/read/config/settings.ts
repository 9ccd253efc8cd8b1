import { basename } from '../../base/path.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import { parseJson } from '../syntax/json.ts'
import type { DataNode } from '../syntax/node.ts'
import { leavesOf, settingOf } from '../syntax/settings.ts'
import { parseToml } from '../syntax/toml.ts'
import { parseYaml } from '../syntax/yaml.ts'

/**
 * Configuration files that code opens by itself: JSON, YAML and TOML that are called config or settings, or lie in a folder of that name,
 * and the files of log shippers. A name or ending like `production` is a profile.
 */
export const settings: Reader = {
  name: 'config/settings',
  version: 2,
  wants: path => (NAMED.test(path) || (FOLDER.test(path) && PLAIN.test(path))) && !FOREIGN.test(path),
  pathClass: path => `${profileOf(path) ?? ''} ${basename(path).replace(/^.*\./, '')}`,
  recognises: content => !/^["']?(?:apiVersion|openapi|swagger|\$schema)["']?[ \t]*:|"\$schema"\s*:/m.test(content),
  read: ({ path, content }) => {
    const { documents, problems } = parsed(path, content)
    const read = documents.map(document => leavesOf(document))
    const manifest = read.flatMap(r => r.leaves.map(leaf => settingOf({ ...leaf, text: placeholders(leaf.text) }, profileOf(path))))
    const all = [...problems, ...read.flatMap(r => r.problems)]
    return manifest.length > 0 ? { manifest, problems: all } : { problems: all }
  },
}

const EMBEDDED =
  /<%=\s*ENV(?:\[\s*["'](\w{1,80})["']\s*\]|\.fetch\(\s*["'](\w{1,80})["']\s*(?:,\s*["']?([^"')]{0,200})["']?\s*)?\))\s*(?:\{\s*["']?([^"'}]{0,200}?)["']?\s*\}|\|\|\s*["']([^"']{0,200})["'])?[^%]{0,200}%>/g
const VARIABLE = /%env\((?:\w+:)*?(\w{1,80})\)%/g
const PARAMETER = /^%([\w.]{1,80})%$/

/** Look-ups of the environment as Ruby templates (`<%= ENV['X'] %>`) and Symfony (`%env(X)%`) write them, as `${X}` and `${X:default}`. */
const placeholders = (text: string): string =>
  text.includes('%')
    ? text
        .replace(EMBEDDED, (_, ...[name, fetched, given, block, or]: (string | undefined)[]) => {
          const otherwise = given ?? block ?? or
          return `\${${name ?? fetched}${otherwise === undefined ? '' : `:${otherwise}`}}`
        })
        .replace(VARIABLE, (_, name: string) => `\${${name}}`)
        .replace(PARAMETER, (_, name: string) => `\${parameters.${name}}`)
    : text

const NAMED =
  /(?:^|\/)(?:(?:[\w-]+[-_.])?(?:config|configuration|settings|conf)(?:[-_.][\w-]+)?|filebeat|metricbeat|promtail)\.(?:json|ya?ml|toml)$/i
const FOLDER = /(?:^|\/)(?:configs?|configuration|conf|settings|etc)\/(?:[\w-]+\/)?[^/]+$/i
const PLAIN = /\.(?:json|ya?ml|toml)$/
const FOREIGN =
  /(?:^|\/)(?:\.[^/]+|i18n|locales?|lang|node_modules|docs?|tests?|grafana|dashboards?|testdata|fixtures|crds?|templates|charts?)\/|(?:^|\/)(?:[jt]sconfig|package|webpack|babel|jest|vitest|karma|eslint|prettier|angular|tailwind|renovate|mkdocs|_config|nest-cli|ormconfig|application|bootstrap|appsettings|openapi|swagger|docker-compose|compose|kustomization|skaffold)[\w.-]*\.\w+$/i

const ENVIRONMENTS =
  /(?:^|[-_.])(dev|development|test|testing|prod|production|staging|stage|local|localhost|docker|compose|ci|qa|uat|k8s|kubernetes|e2e|integration)\.\w+$/i

const profileOf = (path: string): string | undefined => ENVIRONMENTS.exec(basename(path))?.[1]

const parsed = (path: string, content: string): { documents: DataNode[]; problems: FileProblem[] } => {
  if (/\.ya?ml$/i.test(path)) return parseYaml(content)
  const { root, problems } = /\.toml$/i.test(path) ? parseToml(content) : parseJson(content)
  return { documents: root ? [root] : [], problems }
}
