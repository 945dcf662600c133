import { useSay } from '../../shared/language.js'

interface Props {
  value: number
  least?: number
  most?: number
  unit: string
  onChange: (value: number) => void
}

/** Two big keys instead of a keyboard. */
export function Stepper({ value, least = 0, most = 99, unit, onChange }: Props) {
  const say = useSay()
  return (
    <div className="stepper">
      <button type="button" aria-label={say('减一', 'one less')} disabled={value <= least} onClick={() => onChange(value - 1)}>
        −
      </button>
      <output aria-live="polite">
        {value} <small>{unit}</small>
      </output>
      <button type="button" aria-label={say('加一', 'one more')} disabled={value >= most} onClick={() => onChange(value + 1)}>
        +
      </button>
    </div>
  )
}
