import { Button, Input, Table, type TableColumnsType } from 'antd'
import { useMemo, useState } from 'react'
import { useSay } from '../../shared/language.js'
import type { UseResource } from '../data/resources.js'
import { useMay } from '../data/session.js'
import { ExportButton } from '../layout/export-button.js'
import { Empty, Loaded, Panel } from '../layout/parts.js'
import { type FieldOfThing, ThingForm } from './thing-form.js'

interface Thing {
  id: string
  place: string
  version: number
}
interface ThingTableProps<T extends Thing> {
  title: string
  from: UseResource<{ items: T[] }>
  path: string
  /** What a row shows: heading, and its words. */
  columns: { heading: string; words: (thing: T) => string; show?: (thing: T) => React.ReactNode }[]
  fields: FieldOfThing[]
  placed?: boolean
  /** The row as its form reads it. */
  toForm?: (thing: T) => Record<string, unknown>
  teach: string
  /** Names of a new one and of one that is changed. */
  add: string
}

/** A plain list of the register: searched, counted, exported; a row opens its form. */
export function ThingTable<T extends Thing>({ title, from, path, columns, fields, placed, toForm, teach, add }: ThingTableProps<T>) {
  const say = useSay()
  const may = useMay()
  const [words, setWords] = useState('')
  const [open, setOpen] = useState<T | 'new' | null>(null)
  const items = useMemo(() => {
    const wanted = words.trim().toLowerCase()
    return (from.data?.items ?? []).filter((thing) => columns.some((c) => c.words(thing).toLowerCase().includes(wanted)))
  }, [from.data, words, columns])
  const mayEdit = may('register.edit')
  const heads: TableColumnsType<T> = columns.map((c) => ({
    key: c.heading,
    title: c.heading,
    render: (_, thing) => c.show?.(thing) ?? c.words(thing),
  }))
  if (mayEdit)
    heads.push({
      key: 'edit',
      title: '',
      render: (_, thing) => (
        <Button size="small" onClick={() => setOpen(thing)}>
          {say('修改', 'Edit')}
        </Button>
      ),
    })
  return (
    <Panel
      title={title}
      count={from.data ? items.length : undefined}
      extra={
        <div className="chips">
          <Input
            size="small"
            data-find=""
            allowClear
            className="w-160"
            value={words}
            placeholder={say('查找', 'Find')}
            aria-label={say(`在${title}里查找`, `Find in ${title}`)}
            onChange={(event) => setWords(event.target.value)}
          />
          <ExportButton
            name={title}
            head={columns.map((c) => c.heading)}
            rows={() => items.map((thing) => columns.map((c) => c.words(thing)))}
          />
          {mayEdit && (
            <Button size="small" onClick={() => setOpen('new')}>
              {add}
            </Button>
          )}
        </div>
      }
    >
      <Loaded from={from}>
        {() => (
          <Table
            size="small"
            rowKey="id"
            columns={heads}
            dataSource={items}
            pagination={items.length > 20 ? { pageSize: 20, showSizeChanger: false } : false}
            locale={{ emptyText: <Empty title={words ? say('没有找到', 'Nothing found') : say('还没有登记', 'None yet')}>{teach}</Empty> }}
          />
        )}
      </Loaded>
      {open && (
        <ThingForm
          title={open === 'new' ? add : say('修改', 'Edit')}
          path={path}
          thing={open === 'new' ? null : { ...open, ...toForm?.(open) }}
          fields={fields}
          placed={placed === true}
          close={() => setOpen(null)}
        />
      )}
    </Panel>
  )
}
