const paths = {
  doors: 'M4 21V5.5L13 3v18M13 21h7V8h-7M10 12v1.5',
  tasks: 'M5 6l1.5 1.5L9.5 4.5M5 13l1.5 1.5 3-3M5 20l1.5 1.5 3-3M13 6h7M13 13h7M13 20h7',
  groups: 'M4 5h16v11H9l-4 4v-4H4zM8 9h8M8 12.5h5',
  me: 'M12 12.5a4 4 0 100-8 4 4 0 000 8zM4.5 21c.6-4 3.6-6 7.5-6s6.9 2 7.5 6',
  shelter: 'M3 11.5L12 4l9 7.5M5.5 10v10.5h13V10M9.5 20.5V14h5v6.5',
  phone: 'M6.5 3.5h3l1.5 4-2 1.5a11 11 0 006 6l1.5-2 4 1.5v3c0 1.1-.9 2-2 2A15.5 15.5 0 014.5 5.5c0-1.1.9-2 2-2z',
  rain: 'M7 14.5a4 4 0 01-.3-8A5.5 5.5 0 0117 7.5a3.5 3.5 0 01.5 7M8 18l-1 3M12.5 17l-1.5 4.5M17 18l-1 3',
  siren: 'M5 19.5h14M7 16.5v-4a5 5 0 0110 0v4M12 3v2M4.5 6l1.5 1.5M19.5 6L18 7.5',
} as const
export type IconName = keyof typeof paths

/** Line icons of our own: no font to load, no second request. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
