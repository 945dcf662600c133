import { isShown, type KeptEdit } from './edit.js'
import type { FieldCopy, FieldDoor } from './field-copy.js'

/** Households added at the door on this phone that the server's copy does not show yet: they stand in the list at once. */
export function addedDoors(copy: FieldCopy | null, edits: KeptEdit[]): FieldDoor[] {
  const undone = new Set(edits.filter((kept) => kept.edit.verb === 'undo').map((kept) => String(kept.edit.value.of)))
  return edits.filter(isShown).flatMap(({ edit }) => {
    if (edit.verb !== 'add-household' || undone.has(edit.id) || copy?.doors.some((door) => door.id === edit.id)) return []
    const { value } = edit
    const shelter = copy?.shelters.find((each) => each.id === value.shelterId)
    return [
      {
        id: edit.id,
        householdId: null,
        place: String(value.grid ?? ''),
        placeName: copy?.grids.find((grid) => grid.place === value.grid)?.name ?? '',
        label: String(value.label ?? ''),
        head: null,
        members: [],
        tags: [],
        phones: [],
        because: String(value.note ?? ''),
        shelterId: shelter?.id ?? null,
        shelterName: shelter?.name ?? null,
        shelterAddress: shelter?.address ?? null,
        helperName: null,
        conflict: null,
        returnApproved: false,
        version: 0,
        people: Number(value.people ?? 0),
        peoplePlanned: 0,
        planned: false,
        toldAt: edit.at,
        leftAt: null,
        arrivedAt: null,
        returnedAt: null,
        refusedAt: null,
        absentAt: null,
        helpAt: null,
        leftPeople: null,
        arrivedPeople: null,
        note: '',
      },
    ]
  })
}
