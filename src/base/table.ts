/** A table that is asked by words of the judged files: it knows no names but its own, neither `constructor` nor `__proto__`. */
export const table = <T>(rows: Readonly<Record<string, T>>): Readonly<Record<string, T>> => Object.assign(Object.create(null), rows)
