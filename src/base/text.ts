/** A text without those of the characters that it ends with. Takes time by the length of the text, whatever it holds. */
export const withoutEnd = (text: string, characters: string): string => {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}

/** A text without those of the characters that it starts or ends with. */
export const stripped = (text: string, characters: string): string => {
  const end = withoutEnd(text, characters)
  let start = 0
  while (start < end.length && characters.includes(end[start]!)) start++
  return end.slice(start)
}
