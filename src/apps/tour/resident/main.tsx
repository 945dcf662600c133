import { createRoot } from 'react-dom/client'
import { LanguageProvider } from '../../shared/language.js'
import '../styles/resident.css'
import '../styles/call.css'
import { ResidentPhone } from './resident-phone.js'

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <LanguageProvider>
      <ResidentPhone />
    </LanguageProvider>,
  )
