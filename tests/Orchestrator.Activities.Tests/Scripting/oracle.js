// What node makes of the cases: one JSON text per line, "!" + name of the error for one that throws.
const fs = require('fs'), vm = require('vm');
const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const prelude = `
var variables = given.variables, args = given.arguments;
function getVariable(n) { return variables[n]; } function getInput(n) { return given.input[n]; }
function getCounter() { return variables.counter; } function getUserName() { return variables['user name']; } function getAmount() { return given.input.amount; }
function getOutputFrom(a, o) { return o ? given.outputs[a][o] : Object.values(given.outputs[a])[0]; } function getStatusCodeFromHttp1() { return given.outputs.http1.StatusCode; }
function getLastResult() { return given.lastResult; }
function getWorkflowInstanceId() { return 'run1'; } function getWorkflowDefinitionId() { return 'def1'; } function getWorkflowDefinitionVersion() { return 3; } function getCorrelationId() { return 'c1'; }
function toJson(x) { return JSON.stringify(x); } function isNullOrEmpty(x) { return x == null || x === ''; } function isNullOrWhiteSpace(x) { return x == null || x.trim() === ''; }
function bytesToString(b) { return Buffer.from(b).toString('utf8'); } function stringToBytes(s) { return [...Buffer.from(s, 'utf8')]; }
function stringToBase64(s) { return Buffer.from(s).toString('base64'); } function stringFromBase64(s) { return Buffer.from(s, 'base64').toString(); }
function bytesToBase64(b) { return Buffer.from(b).toString('base64'); } function bytesFromBase64(s) { return [...Buffer.from(s, 'base64')]; }
function parseGuid(s) { return s.toLowerCase(); } function newGuid() { return '0'.repeat(36); }
`;
(async () => {
    const answers = [];
    for (const source of given.scripts) {
        let answer;
        try {
            const context = vm.createContext({ given: JSON.parse(JSON.stringify(given)), Buffer });
            vm.runInContext(prelude, context);
            const wrapped = /\breturn\b|\bawait\b/.test(source) ? `(async () => { ${source}\n})()` : source;
            const value = await vm.runInContext(wrapped, context);
            context.$value = value;
            answer = value === undefined ? 'null' : vm.runInContext('JSON.stringify($value)', context);
        } catch (error) {
            answer = '!' + (error && error.name);
        }
        answers.push(answer);
    }
    process.stdout.write(JSON.stringify(answers));
})();
