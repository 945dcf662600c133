import { createRoot } from 'react-dom/client'
import { LanguageProvider } from '../shared/language.js'
import '../shared/tokens.css'
import './styles/tour.css'
import './styles/frames.css'
import './styles/control.css'
import { Tour } from './tour.js'

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <LanguageProvider>
      <Tour />
    </LanguageProvider>,
  )
