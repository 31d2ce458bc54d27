import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ObjectStore } from '../../../plugin/kube/object-store.ts'
import { ReflectedObjects } from '../../../plugin/kube/reflected-objects.ts'
import { silentLogger } from '../../../plugin/model/logger.ts'
import type { Thing } from './scripted-api-server.ts'

function thing(name: string, uid: string, resourceVersion: string): Thing {
  return { metadata: { name, uid, resourceVersion } }
}

/** `fails`: handlers throw for as long as it says so, after what they were told. */
function reflecting(fails: () => boolean = () => false): {
  readonly objects: ReflectedObjects<Thing>
  readonly told: readonly unknown[]
  readonly store: ObjectStore<Thing>
} {
  const told: unknown[] = []
  const store = new ObjectStore<Thing>()
  const tell = (what: unknown): void => {
    told.push(what)
    if (fails()) throw new Error('a handler that fails')
  }
  const handler = {
    onAdd: (object: Thing) => tell(['add', object]),
    onUpdate: (before: Thing, now: Thing) => tell(['update', before, now]),
    onDelete: (object: Thing, isLastKnown: boolean) => tell([isLastKnown ? 'lost' : 'delete', object]),
  }
  return { objects: new ReflectedObjects(store, handler, (object) => object, silentLogger), told, store }
}

test('a delete of an object that is not there is not told', () => {
  const { objects, told } = reflecting()
  objects.take({ type: 'DELETED', object: thing('a', 'one', '5') })
  assert.deepEqual(told, [])
})

test('a delete of another object of the same name ends the one that is there, as it was known', () => {
  const { objects, told, store } = reflecting()
  objects.take({ type: 'ADDED', object: thing('a', 'one', '5') })
  objects.take({ type: 'DELETED', object: thing('a', 'two', '7') })
  assert.deepEqual(told, [
    ['add', thing('a', 'one', '5')],
    ['lost', thing('a', 'one', '5')],
  ])
  assert.equal(store.size, 0)
})

test('another object of the same name is told as a delete and an add, from an event as from a list', () => {
  for (const say of ['event', 'list'] as const) {
    const { objects, told } = reflecting()
    objects.replace([thing('a', 'one', '5')])
    if (say === 'list') objects.replace([thing('a', 'two', '7')])
    else objects.take({ type: 'MODIFIED', object: thing('a', 'two', '7') })
    assert.deepEqual(told.slice(1), [
      ['lost', thing('a', 'one', '5')],
      ['add', thing('a', 'two', '7')],
    ])
  }
})

test('a list tells what is gone, then what is new or changed, and nothing of what is the same', () => {
  const { objects, told } = reflecting()
  objects.replace([thing('same', 's', '1'), thing('changed', 'c', '2'), thing('gone', 'g', '3')])
  const first = told.length
  objects.replace([thing('same', 's', '1'), thing('changed', 'c', '5'), thing('new', 'n', '4')])
  assert.deepEqual(told.slice(first), [
    ['lost', thing('gone', 'g', '3')],
    ['update', thing('changed', 'c', '2'), thing('changed', 'c', '5')],
    ['add', thing('new', 'n', '4')],
  ])
})

test('what is kept of the same version is the same object', () => {
  const { objects, store } = reflecting()
  objects.replace([thing('a', 'one', '5')])
  assert.equal(objects.kept(thing('a', 'one', '5')), store.get({ name: 'a' }))
})

test('what a handler threw on is told again as it is by then, from what the handler knew', () => {
  let isFailing = false
  const { objects, told } = reflecting(() => isFailing)
  objects.replace([thing('a', 'one', '1'), thing('b', 'two', '2')])
  isFailing = true
  objects.take({ type: 'MODIFIED', object: thing('a', 'one', '3') })
  objects.take({ type: 'MODIFIED', object: thing('a', 'one', '4') })
  objects.take({ type: 'DELETED', object: thing('b', 'two', '5') })
  objects.take({ type: 'ADDED', object: thing('c', 'three', '6') })
  isFailing = false
  const before = told.length
  objects.tellAgain()
  assert.deepEqual(told.slice(before), [
    ['update', thing('a', 'one', '1'), thing('a', 'one', '4')],
    ['delete', thing('b', 'two', '5')],
    ['add', thing('c', 'three', '6')],
  ])
  objects.tellAgain()
  assert.equal(told.length, before + 3, 'and then no more')
})

test('a handler that threw on the end of an object is told it before it is told of another one of that name', () => {
  let isFailing = false
  const { objects, told } = reflecting(() => isFailing)
  objects.replace([thing('a', 'one', '1'), thing('b', 'two', '2')])
  isFailing = true
  for (const name of ['a', 'b']) objects.take({ type: 'DELETED', object: thing(name, name === 'a' ? 'one' : 'two', '3') })
  objects.take({ type: 'ADDED', object: thing('a', 'other', '4') })
  objects.take({ type: 'ADDED', object: thing('b', 'other', '5') })
  objects.take({ type: 'DELETED', object: thing('b', 'other', '6') })
  isFailing = false
  const before = told.length
  objects.tellAgain()
  assert.deepEqual(told.slice(before), [
    ['delete', thing('a', 'one', '3')],
    ['add', thing('a', 'other', '4')],
    ['delete', thing('b', 'two', '3')],
  ])
})
