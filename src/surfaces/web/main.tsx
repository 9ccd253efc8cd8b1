import { createRoot } from 'react-dom/client'
import type { SystemModel } from '../../index.ts'
import { App } from './app.tsx'

const data = document.getElementById('map')?.textContent ?? ''
const root = document.getElementById('page')!
createRoot(root).render(<App model={JSON.parse(data) as SystemModel} />)
