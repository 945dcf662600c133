import { read } from '../../shared/api.js'
import type { FieldCopy } from '../model/field-copy.js'
import type { Account } from './field-context.js'

export async function readFieldCopy(_account: Account): Promise<FieldCopy> {
  return read<FieldCopy>('/api/field/tasks')
}
