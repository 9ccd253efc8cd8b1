export const buildPage: () => Promise<string>
