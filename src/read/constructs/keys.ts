/** Members whose keys are data of the author. */
export const SAME_KEYS = new Set(
  'data stringData binaryData labels matchLabels annotations nodeSelector limits requests selector'.split(' '),
)

/** `container_port` and `ContainerPort` are `containerPort`. */
export const camelCase = (key: string): string => {
  const joined = key.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return joined.charAt(0).toLowerCase() + joined.slice(1)
}
