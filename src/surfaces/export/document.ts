const TITLE = '{{lintel:title}}'
const MAP = '"{{lintel:map}}"'

/** A built page with its title and its map put in: whatever they contain, they stay text and data. */
export const filled = (page: string, title: string, json: string): string => {
  const [head, rest, ...more] = page.split(TITLE)
  const [middle, tail, ...others] = (rest ?? '').split(MAP)
  if (tail === undefined || more.length > 0 || others.length > 0) throw new Error('the page has no single place for its title and its map')
  return `${head}${inText(title)}${middle}${inScript(json)}${tail}`
}

/** No name of a repository becomes markup: in a title. */
const inText = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

/** … and in a script element, whose end (`</script`) and comments (`<!--`) are found before anything reads its JSON. */
const inScript = (json: string): string => json.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
