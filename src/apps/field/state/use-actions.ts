import { useMemo } from 'react'
import { useSay } from '../../shared/language.js'
import { countPeople } from '../../shared/plural.js'
import type { FieldDoor, FieldTask } from '../model/field-copy.js'
import { useSession } from './field-context.js'

export interface DoorActions {
  told: (door: FieldDoor) => void
  left: (door: FieldDoor, people: number) => void
  absent: (door: FieldDoor, reason: string) => void
  refused: (door: FieldDoor, reason: string) => void
  needHelp: (door: FieldDoor, kind: string) => void
  helped: (door: FieldDoor) => void
  correct: (door: FieldDoor, people: number, reason: string) => void
  arrived: (door: FieldDoor, people: number, shelterId: string | null) => void
  returned: (door: FieldDoor) => void
}

/** What a thumb does at a door, as statements for the log; each names the version of the door it was pressed on. */
export function useDoorActions(): DoorActions {
  const { store } = useSession()
  const say = useSay()
  return useMemo(() => {
    const act = (door: FieldDoor, verb: string, value: Record<string, unknown>, words: string) =>
      void store.act({ target: { type: 'household', id: door.id }, verb, value: { ...value, seen: door.version } }, words)
    return {
      told: (door) => act(door, 'told', {}, say('已记:已通知', 'Noted: told')),
      left: (door, people) => act(door, 'left', { people }, say(`已记:${people} 人已离家`, `Noted: ${people} have left`)),
      absent: (door, reason) => act(door, 'absent', { reason }, say('已记:家中无人', 'Noted: nobody in')),
      refused: (door, reason) =>
        act(door, 'refused', { reason }, say('已记:拒不转移,已请求协助劝离', 'Noted: refuses; help to persuade is asked for')),
      needHelp: (door, kind) =>
        act(
          door,
          'need-help',
          kind === '' ? {} : { kinds: [kind] },
          say('已记:需协助,值班台会派人', 'Noted: needs help; the desk sends somebody'),
        ),
      helped: (door) => act(door, 'helped', {}, say('已记:协助已到', 'Noted: help has come')),
      correct: (door, people, reason) =>
        act(door, 'correct-people', { people, reason }, say(`已记:人数改为 ${people}`, `Noted: ${countPeople(people)}`)),
      arrived: (door, people, shelterId) =>
        act(
          door,
          'arrived',
          { people, ...(shelterId === null ? {} : { shelterId }) },
          say(`已记:${people} 人到达`, `Noted: ${people} arrived`),
        ),
      returned: (door) => act(door, 'returned', {}, say('已记:已返回', 'Noted: returned')),
    }
  }, [store, say])
}

export function useTaskActions() {
  const { store } = useSession()
  const say = useSay()
  return useMemo(() => {
    const act = (task: FieldTask, verb: string, value: Record<string, unknown>, words: string) =>
      void store.act({ target: { type: task.type, id: task.id }, verb, value }, words)
    return {
      looked: (task: FieldTask, verdict: 'good' | 'bad', reading: string) =>
        act(task, 'looked', { verdict, ...(reading === '' ? {} : { reading }) }, say('已记:看过了', 'Noted: looked at')),
      done: (task: FieldTask, result: string, note: string) =>
        act(task, 'done', { result, ...(note === '' ? {} : { note }) }, say('已记:办结', 'Noted: done')),
      corrected: (task: FieldTask, phone: string) =>
        act(
          task,
          'number',
          { result: 'corrected', phone },
          say('已记:新号码,核对后写进名册', 'Noted: the number goes into the register once it is checked'),
        ),
      works: (task: FieldTask) => act(task, 'number', { result: 'works' }, say('已记:原号码能用', 'Noted: the old number works')),
      take: (task: FieldTask) => act(task, 'take', {}, say('已记:我去', 'Noted: I am going')),
      posted: (task: FieldTask) =>
        act(
          task,
          'posted',
          task.revision === null ? {} : { revision: task.revision },
          say(`已记:${task.groupName ?? ''}已发`, `Noted: posted to ${task.groupName ?? 'the group'}`),
        ),
    }
  }, [store, say])
}
