import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '../shared/tokens.css'
import './console.css'
import { LanguageProvider } from '../shared/language.js'
import { takeTokenFromAddress } from '../shared/session-token.js'
import { App } from './app.js'
import { ThemeProvider } from './theme.js'

takeTokenFromAddress()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <LanguageProvider>
      <ThemeProvider>
        <App />
      </ThemeProvider>
    </LanguageProvider>
  </StrictMode>,
)
