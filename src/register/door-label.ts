import type { Household } from './register.js'

/** 滨河苑3栋2单元5楼502室: how a door is called. No name in it. */
export function doorLabel(home: Pick<Household, 'building' | 'unit' | 'floor' | 'room'>): string {
  const building = /^[0-9A-Za-z]+$/.test(home.building) ? `${home.building}栋` : home.building
  return `${building}${home.unit}单元${home.floor}楼${/室|号$/.test(home.room) ? home.room : `${home.room}室`}`
}
