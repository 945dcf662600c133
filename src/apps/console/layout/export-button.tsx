import { Button } from 'antd'
import { useSay } from '../../shared/language.js'

type Cell = string | number | null | undefined
/** A cell that a spreadsheet will not run as a formula. */
function csvCell(value: Cell): string {
  const text = String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
export function saveFile(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text.startsWith('\ufeff') ? text : `\ufeff${text}`], { type: 'text/csv;charset=utf-8' }))
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 5000)
}

/** What the list shows now, as a file that a spreadsheet opens. */
export function ExportButton({ name, head, rows }: { name: string; head: string[]; rows: () => Cell[][] }) {
  const say = useSay()
  const save = () => saveFile(`${name}.csv`, [head, ...rows()].map((row) => row.map(csvCell).join(',')).join('\r\n'))
  return (
    <Button size="small" onClick={save} className="no-print">
      {say('导出', 'Export')}
    </Button>
  )
}
