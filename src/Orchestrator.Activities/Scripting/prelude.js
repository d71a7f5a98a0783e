// What lowered scripts stand on, and what ECMAScript 5 lacks. Runs once per script, before it, in an engine of its own.
(function (root) {
    'use strict';
    var host = root.$host, $ = {};
    function hidden(owner, name, value) { Object.defineProperty(owner, name, { value: value, enumerable: false, configurable: true, writable: true }); }
    function missing(owner, functions) { Object.keys(functions).forEach(function (name) { if (!owner[name]) hidden(owner, name, functions[name]); }); }
    function callable(f) { if (typeof f !== 'function') throw new TypeError(f + ' is not a function'); return f; }
    function integer(x) { x = +x; return x !== x ? 0 : x < 0 ? Math.ceil(x) : Math.floor(x); }
    function same(a, b) { return a === b || (a !== a && b !== b); }
    function list(x) { return Array.prototype.slice.call(x); }

    $.constant = function () { throw new TypeError('Assignment to constant variable.'); };
    $.bits = host.bits;
    $.text = function (x) { return String(x); };
    $.slice = function (x, from) { return Array.prototype.slice.call(x, from); };
    $.join = function (lists) { return Array.prototype.concat.apply([], lists); };
    $.thing = function (x) { if (x === null || x === undefined) throw new TypeError("Cannot destructure '" + x + "' as it is " + x + '.'); return x; };
    $.items = function (x) {
        if (Array.isArray(x)) return x;
        if (typeof x === 'string') return characters(x);
        if (x && x.$items) return x.$items();
        if (Object.prototype.toString.call(x) === '[object Arguments]') return list(x);
        throw new TypeError((x === null || typeof x !== 'object' ? String(x) : 'object') + ' is not iterable');
    };
    $.copy = function (to, from) {
        if (from === null || from === undefined) return to;
        Object.keys(Object(from)).forEach(function (key) { to[key] = from[key]; });
        return to;
    };
    $.rest = function (from, but) {
        var to = {}; but = but.map(String);
        Object.keys(from).forEach(function (key) { if (but.indexOf(key) < 0) to[key] = from[key]; });
        return to;
    };
    $.accessor = function (to, key, kind, f) {
        var had = Object.getOwnPropertyDescriptor(to, key), made = { enumerable: true, configurable: true, get: had && had.get, set: had && had.set };
        made[kind] = f;
        Object.defineProperty(to, key, made);
    };
    $.make = function (type, given) { return new (Function.prototype.bind.apply(type, [null].concat(given)))(); };
    $.regex = function (pattern, flags) {
        if (flags.indexOf('y') >= 0) throw new SyntaxError('the regular expression flag y is not supported');
        if (flags.indexOf('s') >= 0) pattern = dotAll(pattern);
        return new RegExp(pattern, flags.replace(/[^gim]/g, ''));
    };
    function dotAll(pattern) {
        var made = '', inClass = false;
        for (var i = 0; i < pattern.length; i++) {
            var c = pattern.charAt(i);
            if (c === '\\') { made += c + pattern.charAt(++i); continue; }
            if (c === '[') inClass = true; else if (c === ']') inClass = false;
            made += c === '.' && !inClass ? '[\\s\\S]' : c;
        }
        return made;
    }
    function characters(text) {
        var made = [];
        for (var i = 0; i < text.length; i++) {
            var c = text.charCodeAt(i), next = text.charCodeAt(i + 1);
            made.push(c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000 ? text.charAt(i) + text.charAt(++i) : text.charAt(i));
        }
        return made;
    }

    missing(Array, {
        of: function () { return list(arguments); },
        from: function (x, f) {
            var made = x && typeof x === 'object' && !Array.isArray(x) && !x.$items ? Array.prototype.slice.call(x) : $.items(x).slice();
            if (x && typeof x === 'object' && !Array.isArray(x) && !x.$items) for (var i = 0; i < x.length; i++) made[i] = x[i];
            return f ? made.map(function (item, at) { return f(item, at); }) : made;
        }
    });
    function flat(items, depth) {
        var made = [];
        items.forEach(function (item) { if (Array.isArray(item) && depth >= 1) made.push.apply(made, flat(item, depth - 1)); else made.push(item); });
        return made;
    }
    function findAt(items, f, back) {
        callable(f);
        for (var i = back ? items.length - 1 : 0; back ? i >= 0 : i < items.length; i += back ? -1 : 1) if (f(items[i], i, items)) return i;
        return -1;
    }
    function sorted(items, f) { // merge sort: the engine's own is not stable
        if (items.length < 2) return items;
        var half = Math.floor(items.length / 2), a = sorted(items.slice(0, half), f), b = sorted(items.slice(half), f), made = [], i = 0, j = 0;
        while (i < a.length && j < b.length) made.push(f(a[i], b[j]) <= 0 ? a[i++] : b[j++]);
        while (i < a.length) made.push(a[i++]);
        while (j < b.length) made.push(b[j++]);
        return made;
    }
    function order(f) {
        return function (a, b) {
            if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
            if (f) return +f(a, b) || 0;
            a = String(a); b = String(b);
            return a < b ? -1 : a > b ? 1 : 0;
        };
    }
    hidden(Array.prototype, 'sort', function (f) {
        if (f !== undefined) callable(f);
        var made = sorted(list(this), order(f));
        for (var i = 0; i < made.length; i++) this[i] = made[i];
        return this;
    });
    missing(Array.prototype, {
        at: function (i) { i = integer(i); return this[i < 0 ? i + this.length : i]; },
        entries: function () { return this.map(function (item, i) { return [i, item]; }); },
        keys: function () { return this.map(function (item, i) { return i; }); },
        values: function () { return list(this); },
        fill: function (x, from, to) {
            var n = this.length;
            from = from === undefined ? 0 : integer(from); to = to === undefined ? n : integer(to);
            if (from < 0) from = Math.max(0, from + n); if (to < 0) to += n;
            for (var i = from; i < Math.min(to, n); i++) this[i] = x;
            return this;
        },
        find: function (f) { var i = findAt(this, f, false); return i < 0 ? undefined : this[i]; },
        findIndex: function (f) { return findAt(this, f, false); },
        findLast: function (f) { var i = findAt(this, f, true); return i < 0 ? undefined : this[i]; },
        findLastIndex: function (f) { return findAt(this, f, true); },
        flat: function (depth) { return flat(this, depth === undefined ? 1 : integer(depth)); },
        flatMap: function (f) { return flat(this.map(f), 1); },
        includes: function (x, from) {
            from = integer(from); if (from < 0) from = Math.max(0, from + this.length);
            for (var i = from; i < this.length; i++) if (same(this[i], x)) return true;
            return false;
        },
        toReversed: function () { return list(this).reverse(); },
        toSorted: function (f) { return list(this).sort(f); },
        toSpliced: function () { var made = list(this); made.splice.apply(made, arguments); return made; },
        'with': function (i, x) { var made = list(this); made[i < 0 ? i + made.length : i] = x; return made; }
    });

    hidden(String, 'raw', undefined);
    missing(String, { fromCodePoint: function () {
        return list(arguments).map(function (c) { return c > 0xffff ? String.fromCharCode(0xd800 + Math.floor((c - 0x10000) / 0x400), 0xdc00 + (c - 0x10000) % 0x400) : String.fromCharCode(c); }).join('');
    } });
    function plain(x, method) { if (x instanceof RegExp) throw new TypeError('First argument to String.prototype.' + method + ' must not be a regular expression'); return String(x); }
    function repeat(text, n) {
        n = integer(n);
        if (n < 0 || n === Infinity) throw new RangeError('Invalid count value: ' + n);
        if (text.length * n > 67108864) throw new RangeError('Invalid string length');
        var made = '';
        for (; n > 0; n = Math.floor(n / 2), text += n > 0 ? text : '') if (n % 2) made += text;
        return made;
    }
    function padding(text, n, filler) {
        n = integer(n) - text.length; filler = filler === undefined ? ' ' : String(filler);
        return n <= 0 || filler === '' ? '' : repeat(filler, Math.ceil(n / filler.length)).slice(0, n);
    }
    missing(String.prototype, {
        at: function (i) { i = integer(i); i = i < 0 ? i + this.length : i; return i >= 0 && i < this.length ? this.charAt(i) : undefined; },
        codePointAt: function (i) {
            i = integer(i); if (i < 0 || i >= this.length) return undefined;
            var c = this.charCodeAt(i), next = this.charCodeAt(i + 1);
            return c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000 ? (c - 0xd800) * 0x400 + next - 0xdc00 + 0x10000 : c;
        },
        endsWith: function (x, end) { var t = String(this).slice(0, end === undefined ? undefined : Math.max(0, integer(end))); x = plain(x, 'endsWith'); return x.length <= t.length && t.slice(t.length - x.length) === x; },
        includes: function (x, from) { return String(this).indexOf(plain(x, 'includes'), from) >= 0; },
        startsWith: function (x, from) { from = Math.max(0, integer(from)); x = plain(x, 'startsWith'); return String(this).slice(from, from + x.length) === x; },
        padEnd: function (n, filler) { return this + padding(this, n, filler); },
        padStart: function (n, filler) { return padding(this, n, filler) + this; },
        repeat: function (n) { return repeat(String(this), n); },
        trimStart: function () { return String(this).replace(/^[\s\ufeff\xa0]+/, ''); },
        trimEnd: function () { return String(this).replace(/[\s\ufeff\xa0]+$/, ''); },
        replaceAll: function (x, by) {
            if (x instanceof RegExp) { if (!x.global) throw new TypeError('replaceAll must be called with a global RegExp'); return this.replace(x, by); }
            x = String(x);
            var text = String(this), made = '', from = 0;
            for (var at = text.indexOf(x); at >= 0;) {
                made += text.slice(from, at) + (typeof by === 'function' ? by(x, at, text) : substitute(String(by), text, at, x));
                from = at + x.length;
                if (at + Math.max(1, x.length) > text.length) break;
                at = text.indexOf(x, at + Math.max(1, x.length));
            }
            return made + text.slice(from);
        },
        matchAll: function (regex) {
            var copy = new RegExp(regex.source, 'g' + (regex.ignoreCase ? 'i' : '') + (regex.multiline ? 'm' : '')), text = String(this), made = [], found;
            while ((found = copy.exec(text)) !== null) { made.push(found); if (found[0] === '') copy.lastIndex++; }
            return made;
        }
    });
    function substitute(by, text, at, x) {
        var made = '';
        for (var i = 0; i < by.length; i++) {
            var next = by.charAt(i) === '$' ? by.charAt(i + 1) : '';
            if (next === '$') { made += '$'; i++; }
            else if (next === '&') { made += x; i++; }
            else if (next === '`') { made += text.slice(0, at); i++; }
            else if (next === "'") { made += text.slice(at + x.length); i++; }
            else made += by.charAt(i);
        }
        return made;
    }
    var replace = String.prototype.replace;
    hidden(String.prototype, 'replace', function (x, by) {
        if (x instanceof RegExp) return replace.call(this, x, typeof by === 'function' ? function () { return String(by.apply(undefined, arguments)); } : String(by));
        x = String(x);
        var text = String(this), at = text.indexOf(x);
        return at < 0 ? text : text.slice(0, at) + (typeof by === 'function' ? by(x, at, text) : substitute(String(by), text, at, x)) + text.slice(at + x.length);
    });

    missing(Object, {
        assign: function (to) { for (var i = 1; i < arguments.length; i++) $.copy(to, arguments[i]); return to; },
        entries: function (x) { return Object.keys(Object($.thing(x))).map(function (key) { return [key, x[key]]; }); },
        values: function (x) { return Object.keys(Object($.thing(x))).map(function (key) { return x[key]; }); },
        fromEntries: function (x) { var made = {}; $.items(x).forEach(function (pair) { made[pair[0]] = pair[1]; }); return made; },
        hasOwn: function (x, key) { return Object.prototype.hasOwnProperty.call(x, key); },
        is: function (a, b) { return a === b ? a !== 0 || 1 / a === 1 / b : a !== a && b !== b; },
        groupBy: function (x, f) { var made = {}; $.items(x).forEach(function (item, i) { var key = f(item, i); (made[key] = made[key] || []).push(item); }); return made; }
    });
    var keys = Object.keys;
    hidden(Object, 'keys', function (x) {
        if (typeof x === 'string') return x.split('').map(function (c, i) { return String(i); });
        return x === null || x === undefined ? keys(x) : typeof x === 'object' || typeof x === 'function' ? keys(x) : [];
    });
    missing(Number, {
        EPSILON: Math.pow(2, -52), MAX_SAFE_INTEGER: 9007199254740991, MIN_SAFE_INTEGER: -9007199254740991, parseFloat: parseFloat, parseInt: parseInt,
        isFinite: function (x) { return typeof x === 'number' && isFinite(x); },
        isInteger: function (x) { return typeof x === 'number' && isFinite(x) && Math.floor(x) === x; },
        isSafeInteger: function (x) { return Number.isInteger(x) && Math.abs(x) <= 9007199254740991; },
        isNaN: function (x) { return typeof x === 'number' && x !== x; }
    });
    hidden(Number.prototype, 'toFixed', function (digits) { return host.fixed(+this, digits === undefined ? 0 : +digits); });
    missing(Math, {
        cbrt: function (x) { return x < 0 ? -Math.pow(-x, 1 / 3) : Math.round(Math.pow(x, 1 / 3)) === Math.pow(x, 1 / 3) ? Math.pow(x, 1 / 3) : Math.pow(x, 1 / 3); },
        hypot: function () { return Math.sqrt(list(arguments).reduce(function (sum, x) { return sum + x * x; }, 0)); },
        log10: function (x) { var n = Math.log(x) / Math.LN10, near = Math.round(n); return Math.pow(10, near) === x ? near : n; },
        log2: function (x) { var n = Math.log(x) / Math.LN2, near = Math.round(n); return Math.pow(2, near) === x ? near : n; },
        sign: function (x) { x = +x; return x > 0 ? 1 : x < 0 ? -1 : x; },
        trunc: function (x) { x = +x; return x < 0 ? Math.ceil(x) : Math.floor(x); }
    });
    hidden(Math, 'round', function (x) { x = +x; return Math.floor(x) === x ? x : Math.floor(x + 0.5); });
    var seed = host.seed % 2147483646 + 1;
    hidden(Math, 'random', function () { seed = seed * 16807 % 2147483647; return (seed - 1) / 2147483646; });
    var compact = JSON.stringify;
    hidden(JSON, 'stringify', function (value, replacer, space) { // the engine's own indents wrongly
        var text = compact(value, replacer), step = typeof space === 'number' ? repeat(' ', Math.min(10, Math.max(0, integer(space)))) : typeof space === 'string' ? space.slice(0, 10) : '';
        if (text === undefined || step === '') return text;
        var made = '', line = '\n', inText = false;
        for (var i = 0; i < text.length; i++) {
            var c = text.charAt(i);
            if (inText) { made += c; if (c === '\\') made += text.charAt(++i); else if (c === '"') inText = false; continue; }
            if (c === '"') inText = true;
            if (c === '{' || c === '[') {
                if (text.charAt(i + 1) === '}' || text.charAt(i + 1) === ']') { made += c + text.charAt(++i); continue; }
                line += step; made += c + line;
            } else if (c === '}' || c === ']') { line = line.slice(0, line.length - step.length); made += line + c; }
            else made += c === ',' ? c + line : c === ':' ? ': ' : c;
        }
        return made;
    });

    var RealDate = Date;
    function ScriptDate(a, b, c, d, e, f, g) {
        if (!(this instanceof ScriptDate)) return new RealDate(host.now).toString();
        var n = arguments.length;
        return n === 0 ? new RealDate(host.now) : n === 1 ? new RealDate(a instanceof RealDate ? a.getTime() : a)
            : new RealDate(a, b, c === undefined ? 1 : c, d || 0, e || 0, f || 0, g || 0);
    }
    ScriptDate.prototype = RealDate.prototype;
    ScriptDate.now = function () { return host.now; };
    ScriptDate.parse = RealDate.parse;
    ScriptDate.UTC = RealDate.UTC;
    root.Date = ScriptDate;

    function keyed(name, isSet) {
        function Keyed(start) {
            this.$keys = []; this.$values = []; this.$index = Object.create(null); this.size = 0;
            var self = this;
            hidden(this, '$keys', this.$keys); hidden(this, '$values', this.$values); hidden(this, '$index', this.$index); hidden(this, 'size', 0);
            if (start !== undefined && start !== null) $.items(start).forEach(function (item) { if (isSet) self.add(item); else self.set(item[0], item[1]); });
        }
        function id(key) { return typeof key === 'string' ? 's' + key : typeof key === 'number' ? 'n' + key : null; }
        function place(self, key) {
            var known = id(key);
            if (known !== null) return known in self.$index ? self.$index[known] : -1;
            for (var i = 0; i < self.$keys.length; i++) if (same(self.$keys[i], key)) return i;
            return -1;
        }
        function put(self, key, value) {
            var at = place(self, key), known = id(key);
            if (at >= 0) { self.$values[at] = value; return self; }
            if (known !== null) self.$index[known] = self.$keys.length;
            self.$keys.push(key); self.$values.push(value); self.size = self.$keys.length;
            return self;
        }
        missing(Keyed.prototype, {
            has: function (key) { return place(this, key) >= 0; },
            'delete': function (key) {
                var at = place(this, key);
                if (at < 0) return false;
                this.$keys.splice(at, 1); this.$values.splice(at, 1); this.size = this.$keys.length;
                hidden(this, '$index', Object.create(null));
                for (var i = 0; i < this.$keys.length; i++) if (id(this.$keys[i]) !== null) this.$index[id(this.$keys[i])] = i;
                return true;
            },
            clear: function () { this.$keys.length = 0; this.$values.length = 0; this.size = 0; hidden(this, '$index', Object.create(null)); },
            forEach: function (f) { for (var i = 0; i < this.$keys.length; i++) f(this.$values[i], this.$keys[i], this); },
            keys: function () { return this.$keys.slice(); },
            values: function () { return this.$values.slice(); },
            entries: function () { var self = this; return this.$keys.map(function (key, i) { return [key, self.$values[i]]; }); },
            $items: function () { return isSet ? this.values() : this.entries(); }
        });
        if (isSet) hidden(Keyed.prototype, 'add', function (key) { return put(this, key, key); });
        else {
            hidden(Keyed.prototype, 'get', function (key) { var at = place(this, key); return at < 0 ? undefined : this.$values[at]; });
            hidden(Keyed.prototype, 'set', function (key, value) { return put(this, key, value); });
        }
        hidden(root, name, Keyed);
    }
    keyed('Map', false);
    keyed('Set', true);

    hidden(root, 'structuredClone', function (x) { return x === undefined ? undefined : JSON.parse(JSON.stringify(x)); });
    hidden(root, 'globalThis', root);
    hidden(root, 'console', { log: function () { }, info: function () { }, warn: function () { }, error: function () { }, debug: function () { } });
    hidden(root, 'eval', function () { throw new TypeError('eval is not supported'); });
    var noFunction = function () { throw new TypeError('Function is not supported'); };
    hidden(Function.prototype, 'constructor', noFunction);
    hidden(root, 'Function', noFunction);

    // Elsa's functions.
    $.start = function (context, names) {
        var variables = context.variables, written = {}, before = {}, gave = {};
        function define(name, f) { hidden(root, name, f); }
        Object.keys(variables).forEach(function (name) { if (names.opaque.indexOf(name) < 0) before[name] = JSON.stringify(variables[name]); });
        define('variables', variables);
        define('args', context.args);
        define('getVariable', function (name) { return variables[name]; });
        define('setVariable', function (name, value) { written[name] = true; variables[name] = value; });
        define('getInput', function (name) { return context.input[name]; });
        define('getOutputFrom', function (activity, output) {
            var outputs = context.outputs[activity];
            if (!outputs) return undefined;
            if (output !== undefined && output !== null) return outputs[output];
            return 'Result' in outputs ? outputs.Result : Object.keys(outputs).length === 1 ? outputs[Object.keys(outputs)[0]] : undefined;
        });
        define('getLastResult', function () { return context.last.result; });
        [['outputs'], ['args'], ['input']].forEach(function (kind) {
            names[kind[0]].forEach(function (one) {
                define(one[0], function () { return kind[0] === 'outputs' ? context.outputs[one[1]][one[2]] : context[kind[0]][one[1]]; });
            });
        });
        names.variables.forEach(function (one) {
            define('get' + one[0], function () { return variables[one[1]]; });
            define('set' + one[0], function (value) { written[one[1]] = true; variables[one[1]] = value; });
        });
        define('getCorrelationId', function () { return 'correlationId' in gave ? gave.correlationId : context.correlationId; });
        define('setCorrelationId', function (value) { gave.correlationId = value === null || value === undefined ? null : String(value); });
        define('getWorkflowInstanceName', function () { return 'name' in gave ? gave.name : context.name; });
        define('setWorkflowInstanceName', function (value) { gave.name = value === null || value === undefined ? null : String(value); });
        define('setOutcome', function (name) { gave.outcomes = [String(name)]; });
        define('setOutcomes', function (names) { gave.outcomes = $.items(names).map(String); });
        define('toJson', function (value) { return JSON.stringify(value); });
        define('isNullOrEmpty', function (value) { return value === null || value === undefined || String(value) === ''; });
        define('isNullOrWhiteSpace', function (value) { return value === null || value === undefined || String(value).trim() === ''; });
        $.finish = function (value) {
            if (typeof value === 'function') return null;
            var writes = {};
            Object.keys(variables).forEach(function (name) {
                if (names.opaque.indexOf(name) >= 0 && !written[name]) return;
                var text = JSON.stringify(variables[name]);
                if (written[name] || text !== before[name]) writes[name] = variables[name] === undefined ? null : variables[name];
            });
            var made = { value: value === undefined ? null : value, writes: writes };
            ['outcomes', 'correlationId', 'name'].forEach(function (key) { if (key in gave) made[key] = gave[key]; });
            return JSON.stringify(made);
        };
    };
    delete root.$host;
    return $;
})(this)
