1 + 2
'a' + 1
1 + '2'
'5' * '2'
'5' - 2
null + 1
undefined + 1
true + true
[] + []
[1,2] + '!'
({}) + ''
0.1 + 0.2
1 / 3
1e21
1e-7
123456789012345680000
-0
5 % 3
-5 % 3
2 ** 10
2 ** 3 ** 2
7 / 0
1 < 2
'b' > 'a'
'10' < '9'
'10' < 9
null == undefined
null == 0
null >= 0
'' == 0
'1' == 1
[1] == 1
NaN == NaN
1 === '1'
'a' !== 'b'
true && 'yes'
'' || 'fallback'
0 ?? 'x'
null ?? 'x'
!''
!!'0'
!![]
typeof null
typeof undefined
typeof 'x'
typeof 1
typeof {}
typeof (() => 1)
typeof getVariable('nothing')
void 0
1 ? 'a' : 'b'
(1, 2)
~5
5 & 3
5 | 3
5 ^ 3
1 << 31
-1 >>> 0
-8 >> 1
`a${1 + 1}b`
`${[1, 2]}|${null}|${undefined}|${true}`
'\u0041\x42\n'
'😀'.length
[...'a😀b']
[1, 2, ...[3, 4]]
({ a: 1, ...{ b: 2, a: 3 } })
({ ['x' + 1]: 2, 'y-z': 3, 4: 5 })
[1, [2, [3, [4]]]].flat()
[1, [2, [3, [4]]]].flat(Infinity)
getVariable('counter') > 2
getVariable('counter') + 1
getCounter() * 2
variables.counter
variables.nothing
variables['user name']
getUserName()
getInput('amount') * 1.2
getAmount()
getOutputFrom('http1', 'StatusCode')
getOutputFrom('http1', 'StatusCode') === 200 ? 'ok' : 'bad'
getStatusCodeFromHttp1()
getOutputFrom('one')
getLastResult().id
getWorkflowInstanceId() + '/' + getWorkflowDefinitionId()
getWorkflowDefinitionVersion()
getCorrelationId()
`Hello ${variables.person.name}, you are ${variables.person.age + 1}`
variables.person.address?.city
variables.person.pet?.name
variables.person.pet?.name.first.length ?? 'no pet'
variables.person.tags.includes('admin')
variables.items.length
variables.items.map(item => item.price * item.quantity).reduce((a, b) => a + b, 0)
variables.items.filter(item => item.price > 5).map(({ name }) => name).join(', ')
variables.items.find(item => item.name === 'pen')?.price
variables.items.some(item => item.quantity === 0) && variables.items.every(item => item.price > 0)
variables.items.findIndex(x => x.name == 'pad')
Object.keys(variables.person).length
Object.entries(variables.person.address).map(([k, v]) => `${k}=${v}`).join('&')
Object.values({ a: 1, b: 'x' })
JSON.stringify({ a: [1, 'x', null, undefined, true], b: undefined, c: { d: 1.5 } })
JSON.stringify({ a: [1, { b: 2 }], c: [], d: {} }, null, 2)
JSON.parse('{"a":[1,2,{"b":null}]}').a[2]
toJson({ a: 1 })
JSON.stringify('q"\\\n\u0001é😀')
isNullOrEmpty('') && isNullOrEmpty(null) && !isNullOrEmpty('x')
isNullOrWhiteSpace('  \t')
bytesToString(stringToBytes('häß'))
stringToBase64('hello wörld')
stringFromBase64('aGVsbG8=')
bytesToBase64([1, 2, 255])
bytesFromBase64('AQL/')
parseGuid('6F9619FF-8B86-D011-B42D-00C04FC964FF')
newGuid().length === 36
args.limit ?? 10
Math.max(...[3, 9, 4])
Math.min()
Math.round(2.5) + Math.round(-2.5) + Math.round(1.4999)
Math.floor(-1.5)
Math.trunc(-1.7) + Math.sign(-3)
Math.PI.toFixed(3)
(1.005).toFixed(2)
(2.5).toFixed(0)
(1234.5678).toFixed(1)
(-1.5).toFixed(0)
(0).toFixed(2)
Number('12px')
Number('  12  ')
Number('')
Number('0x1f')
parseInt('42px')
parseInt('0x1f')
parseInt('101', 2)
parseFloat('3.14abc')
isNaN('abc')
Number.isInteger(5.0)
String(null) + String([1, [2, 3]]) + String({})
Boolean('false')
'Hello'.toUpperCase() + 'World'.toLowerCase()
'  x '.trim() + '|'
'a,b,,c'.split(',')
'abc'.split('')
'abc'.at(-1) + 'abc'.charAt(1) + 'abc'[0]
'abc'.charCodeAt(1)
'hello'.slice(1, -1) + 'hello'.substring(3, 1) + 'hello'.slice(-3)
'hello'.indexOf('l') + 'hello'.lastIndexOf('l')
'hello world'.replace('o', '0')
'a.b.c'.replaceAll('.', '-')
'price'.replace('i', '[$&]')
'7'.padStart(3, '0') + '7'.padEnd(3)
'ab'.repeat(3)
'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.includes('b')
'x'.concat(1, null)
[3, 1, 2].slice().sort()
[10, 9, 1].sort((a, b) => a - b)
['b', undefined, 'a'].sort()
[1, 2, 3].reverse()
[1, 2, 3, 4].slice(1, -1)
[1, 2].concat(3, [4, [5]])
[1, 2, 3].indexOf(2) + [1, 2].lastIndexOf(9)
[NaN].includes(NaN)
[1, null, undefined, 2].join('-')
['1', '2', '3'].map(Number)
[0, 1, '', 'a', null].filter(Boolean)
[1, 2, 3].reduce((a, b) => a + b)
[1, 2, 3].reduceRight((a, b) => a + '' + b)
[[1, 2], [3]].flatMap(x => x)
[1, 2, 3].at(-1)
'x' in { x: 1 }
undefined
[1, undefined, NaN, Infinity]
({ a: undefined, b: NaN })
'text'.length.toString() + (25).toString(16)
'a-b_c'.replace(/[-_](\w)/g, (m, c) => c.toUpperCase())
/^\d+$/.test('123')
'2024-01-15'.match(/(\d+)-(\d+)/).slice(1)
'aXbXc'.split(/X/)
[...'a1b2'.matchAll(/[a-z](\d)/g)].map(m => m[1])
const x = 5; const y = x * 2; return x + y;
let total = 0; for (const n of [1, 2, 3]) { total += n; } return total;
let s = ''; for (let i = 0; i < 3; i++) s += i; return s;
const o = { a: 1, b: 2 }; const keys = []; for (const k in o) keys.push(k); return keys;
const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i); } return fs.map(f => f());
const fs = []; for (var i = 0; i < 3; i++) { fs.push(() => i); } return fs.map(f => f());
const fs = []; for (const x of [1, 2, 3]) { const y = x * 2; fs.push(() => x + y); } return fs.map(f => f());
const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i++); } return fs.map(f => f() + f());
const fs = []; let n = 0; while (n < 3) { let k = n++; fs.push(function () { return k; }); } return fs.map(f => f());
let x = 1; { let x = 2; { let x = 3; } } return x;
const { a, b: { c = 5, ...d }, ...e } = { a: 1, b: { x: 9 }, f: 3 }; return [a, c, d, e];
const [p, , q = 7, ...r] = [1, 2, undefined, 4, 5]; return { p, q, r };
let a = 1, b = 2; [a, b] = [b, a]; return [a, b];
function f(x, y = x + 1, ...rest) { return [x, y, rest]; } return [f(1), f(1, 2, 3, 4)];
const f = ({ name, age = 18 } = {}) => `${name}:${age}`; return [f({ name: 'a' }), f()];
const compose = (...fs) => x => fs.reduce((v, f) => f(v), x); return compose(x => x + 1, x => x * 2)(3);
function fact(n) { return n <= 1 ? 1 : n * fact(n - 1); } return fact(10);
return later(); function later() { return 'hoisted'; }
const o = { n: 2, twice() { return [1, 2].map(x => x * this.n); } }; return o.twice();
const o = { get full() { return this.a + this.b; }, a: 1, b: 2 }; return o.full;
try { null.x; } catch (e) { return e instanceof TypeError; }
try { throw new Error('boom'); } catch ({ message }) { return message; } finally { }
function f() { try { return 1; } finally { g.push(2); } } const g = []; return [f(), g];
switch (getVariable('counter')) { case 1: return 'one'; case 3: { let x = 'three'; return x; } default: return 'other'; }
let out = []; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; out.push([i, j]); } } return out;
let i = 0; do { i++; } while (i < 5); return i;
const m = new Map([['a', 1]]); m.set('b', 2); let s = ''; for (const [k, v] of m) s += k + v; return [s, m.size, m.get('a'), m.has('z')];
return [...new Set([1, 2, 2, 3, 1])];
const s = new Set(); s.add('x').add('x'); return s.size;
const groups = {}; for (const { name, price } of variables.items) (groups[price > 5 ? 'dear' : 'cheap'] ??= []).push(name); return groups;
let a = null; a ??= 5; let b = 0; b ||= 6; let c = 1; c &&= 7; let d = 2; d **= 3; return [a, b, c, d];
const f = async () => 5; const g = async (x) => { const y = await x; return y + 1; }; return await g(await f());
return new Date(0).toISOString();
return new Date('2024-01-15T10:00:00Z').getTime();
return JSON.stringify({ d: new Date(86400000) });
return Object.fromEntries(Object.entries({ a: 1, b: 2 }).map(([k, v]) => [k, v * 10]));
return Object.assign({}, { a: 1 }, null, { b: 2 });
return Array.from({ length: 3 }, (_, i) => i * i);
return Array.from(new Set('hello')).join('');
return [..."ab"].entries().next ? 1 : 1;
return [5, 1, 10].sort();
return [{ n: 'b', v: 1 }, { n: 'a', v: 1 }, { n: 'c', v: 0 }].sort((x, y) => x.v - y.v).map(x => x.n);
const words = 'the quick the lazy the'.split(' '); const count = {}; words.forEach(w => { count[w] = (count[w] || 0) + 1; }); return count;
var x = 1; if (true) { var x = 2; } return x;
return (function () { return arguments.length; })(1, 2, 3)
return (() => { const inner = () => typeof this; return inner(); })() !== 'number'
const f = function g(n) { return n ? n + g(n - 1) : 0; }; return f(4);
const a = [1, 2, 3]; a.push(4); a.shift(); a.splice(1, 1); return a;
const x = { a: { b: [1, { c: 2 }] } }; return x.a?.b?.[1]?.c + (x.z?.[0] ?? 1) + (x.f?.() ?? 1);
let n = 0; const o = { get f() { n++; return () => 1; } }; o.f?.(); return n;
const f = (...a) => a.length; return f(...[1, 2], 3, ...'ab');
return Math.max.apply(null, [1, 5, 3]);
let a = 1; a += a++ + ++a; return a;
return [1, 2, 3].map((x) => ({ value: x }));
if (getVariable('counter') > 2) { 'big' } else { 'small' }
const d = { 'content-type': 'x' }; const { 'content-type': ct } = d; return ct;
const key = 'dyn'; const { [key]: v } = { dyn: 4 }; return v;
return encodeURIComponent('a b&c/ä') + decodeURIComponent('%20');
return "x".codePointAt(0) + String.fromCodePoint(128512);
for (const [i, v] of ['a', 'b'].entries()) { if (i === 1) return v; }
return typeof Symbol === 'x' ? 1 : 'dated'.substr(1, 2);
let log = []; for (const x of [1, 2, 3]) { if (x === 2) continue; log.push(x); } return log;
const x = 10; const f = () => { const x = 20; return () => x; }; return f()() + x;
const { length } = 'hello'; return length;
return ((a, b = a) => [a, b])(1);
return [3, 4].map((x, i, all) => x * i + all.length);
return `${`nested ${1 + 1}`}`;
return (a => b => a + b)(1)(2);
return 0.1 * 3;
return 1e300 * 1e10 === Infinity;
return 100 / 3;
return 5e-324;
return 4.35 * 100;
return 1.1 + 2.2;
return [0.000001, 1e-7, 1e20, 1e21, 123e-20];
let a = -8; a >>= 1; a |= 3; a ^= -1; return [a, ~a, -1 >>> 28];
const o = { n: 1 }; o.n += 2; o['n'] *= 3; let k = 0; const xs = [1, 2]; xs[k++] += 5; return [o, xs, k];
const f = n => n > 0 ? [n, ...f(n - 1)] : []; return f(3);
(x => x + 1)(2)
JSON.stringify([[], {}, [1, 'a,b:{\"']], null, '--')
