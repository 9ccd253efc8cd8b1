import { existsSync, readFileSync } from 'node:fs'

/** The folder of the package, wherever the bundler has put this code. */
export const packageFile = (path: string): URL => {
  let folder = new URL('.', import.meta.url)
  for (let up = 0; up < 6; up++) {
    if (existsSync(new URL('package.json', folder))) return new URL(path, folder)
    folder = new URL('..', folder)
  }
  return new URL(path, import.meta.url)
}

export const version = (): string => (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version

/** The page that a map is put into, as the build left it. */
export const builtPage = (): string => readFileSync(packageFile('dist/page.html'), 'utf8')
