import type { Household } from './register.js'

/** 2栋1单元1楼101室: how a door is called everywhere. No name in it, so it may stand in lists and tasks. */
export function doorLabel(home: Pick<Household, 'building' | 'unit' | 'floor' | 'room'>): string {
  const building = /^[0-9A-Za-z]+$/.test(home.building) ? `${home.building}栋` : home.building
  const room = /室|号$/.test(home.room) ? home.room : `${home.room}室`
  return `${building}${home.unit}单元${home.floor}楼${room}`
}
