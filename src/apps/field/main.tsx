import { createRoot } from 'react-dom/client'
import { LanguageProvider } from '../shared/language.js'
import { takeTokenFromAddress } from '../shared/session-token.js'
import '../shared/tokens.css'
import './styles/tokens.css'
import './styles/frame.css'
import './styles/parts.css'
import './styles/screens.css'
import { App } from './app.js'

takeTokenFromAddress()
const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <LanguageProvider>
      <App />
    </LanguageProvider>,
  )
