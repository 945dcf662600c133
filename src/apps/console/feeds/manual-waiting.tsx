import { readBytes } from '../../shared/api.js'
import type { Bulletin, Listing } from '../../shared/api-types.js'
import { useLanguage } from '../../shared/language.js'
import { dayTime } from '../../shared/times.js'
import { useTellError } from '../alert/use-verb.js'
import { useResource } from '../data/resources.js'
import { decodeRaw } from './decode-raw.js'

/** Texts for people that lie in the watched folder: kept, not acted on, waiting for an officer. */
export function WaitingTexts({ take }: { take: (text: string, from: string) => void }) {
  const { say, language } = useLanguage()
  const tell = useTellError()
  const refused = useResource<Listing<Bulletin>>('/api/bulletins?outcome=refused&limit=50', { watch: /^bulletin/ })
  const texts = (refused.data?.items ?? [])
    .filter((one) => one.dialect === 'text' && one.warningIds.length === 0 && !one.verified)
    .slice(0, 6)
  if (texts.length === 0) return null
  return (
    <div className="manual-waiting">
      <b>{say('文件夹里收到的文字', 'Texts from the watched folder')}</b>
      {texts.map((one) => (
        <button
          key={one.id}
          type="button"
          className="plain-button"
          onClick={() =>
            void textOf(one.id)
              .then((text) => take(text, one.id))
              .catch(tell)
          }
        >
          <span className="ys-tabular">{dayTime(one.receivedAt, language)}</span> {(one.reason ?? '').replace(/^[^:\uff1a]*[:\uff1a]/, '')}
        </button>
      ))}
    </div>
  )
}

async function textOf(id: string): Promise<string> {
  return decodeRaw(await readBytes(`/api/bulletins/${id}/raw`))
    .lines.join('\n')
    .trim()
}
