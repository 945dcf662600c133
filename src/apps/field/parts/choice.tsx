interface Props<T extends string> {
  options: readonly { value: T; words: string }[]
  value: T | null
  onChange: (value: T) => void
}

export function Choice<T extends string>({ options, value, onChange }: Props<T>) {
  return (
    <div className="choice">
      {options.map((option) => (
        <button type="button" key={option.value} aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.words}
        </button>
      ))}
    </div>
  )
}
