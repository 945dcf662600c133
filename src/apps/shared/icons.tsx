const paths = {
  desk: 'M4 5h16v10H4zM9 19h6M12 15v4M8 9h3M8 12h6',
  alert: 'M12 4 21 19H3ZM12 10v4M12 16.6v.4',
  map: 'M4 6l5-2 6 2 5-2v14l-5 2-6-2-5 2zM9 4v14M15 6v14',
  move: 'M4 11 11 5l7 6M6 10v9h5M17 15h5M19.5 12.5 22 15l-2.5 2.5M11 19v-5',
  send: 'M21 4 3 11l7 3 3 7zM10 14 21 4',
  feed: 'M5 19h.01M5 13a6 6 0 0 1 6 6M5 7a12 12 0 0 1 12 12',
  notice: 'M4 10v4h3l6 4V6L7 10zM17 9a4 4 0 0 1 0 6M19.5 6.5a8 8 0 0 1 0 11',
  inbox: 'M4 13h4l1.5 3h5L16 13h4M4 13 6.5 5h11L20 13v6H4z',
  report: 'M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7',
  drill: 'M6 4l13 8-13 8z',
  groups: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 19c.5-3.5 2.7-5 5.5-5s5 1.5 5.5 5M16.5 11a2.5 2.5 0 1 0 0-5M15.5 14.2c3 0 5.3 1.3 6 4.8',
  bell: 'M6 16V11a6 6 0 1 1 12 0v5l2 2H4zM10 21h4',
  bellOff: 'M6 16V11a6 6 0 0 1 9-5.2M18 11v5l2 2H4M10 21h4M3 3l18 18',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  keyboard: 'M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M8 15h8',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c.6-4.5 3.8-6.5 8-6.5s7.400 2 8 6.500',
  phone: 'M6 3h4l1.500 5-2.500 2a12 12 0 0 0 5 5l2-2.500 5 1.500v4c0 1.500-1 2-2 2C10.500 20 4 13.500 4 5c0-1 .5-2 2-2Z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16 16l5 5',
  print: 'M7 9V3h10v6M7 18H4V9h16v9h-3M7 14h10v7H7z',
  check: 'M4 12.500 9.500 18 20 6',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.500 2',
  register: 'M5 3h12a2 2 0 0 1 2 2v16H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6M9 11h6',
  policy: 'M12 4v16M5 7h14M5 7l-3 7h6zM19 7l-3 7h6zM8 20h8',
  upload: 'M12 16V4M7 9l5-5 5 5M4 20h16',
  pause: 'M8 5v14M16 5v14',
  restart: 'M4 12a8 8 0 1 0 2.500-5.800M4 4v5h5',
  bed: 'M3 19v-6h18v6M3 13V7h8v6M21 13v-2a3 3 0 0 0-3-3h-7',
} as const
export type IconName = keyof typeof paths

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="ys-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.700"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  )
}
