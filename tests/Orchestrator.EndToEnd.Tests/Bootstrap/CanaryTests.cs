using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.EndToEnd.Tests.Shipped;
using Orchestrator.Model.Schemas;

namespace Orchestrator.EndToEnd.Tests.Bootstrap;

/// <summary>
/// A secret through every input of every activity that takes one, on this machine, over SSH and in a container: afterwards it is in no table, no journal, no log, no output, no temporary
/// file and was on no command line; only where it was to be brought.
/// </summary>
[Collection("lab")]
public sealed class CanaryTests(Lab lab)
{
    private const string Steps = """
          - id: PLACEKey
            uses: ssh.key
            with: {path: "DIR/key/id", privateKey: "${{ inputs.sshKey }}"}
          - id: PLACEWrite
            uses: file.write
            with: {path: DIR/write, content: "${{ inputs.canary }}", createFolders: true}
          - id: PLACEWriteDerived
            uses: file.write
            with: {path: DIR/derived, content: "token=${{ inputs.canary }}!"}
          - id: PLACEMerge
            uses: file.merge
            with: {path: DIR/merged.toml, format: toml, values: {a: {b: 1}}, secrets: {a.token: "${{ inputs.canary }}"}}
          - id: PLACETemplate
            uses: file.template
            with: {path: DIR/template, template: "token {{token}}", secrets: {token: "${{ inputs.canary }}"}}
          - id: PLACEBroken
            uses: file.merge
            with: {path: DIR/template, format: json, values: {a: 1}, secrets: {token: "${{ inputs.canary }}"}}
            allowFailure: true
            retry: {max: 0}
          - id: PLACERun
            run: |
              line=$(cat)
              echo "said $line and $CANARY"
              echo "also $CANARY" >&2
              test -n "$line" && test "$line" = "$CANARY"
            stdin: ${{ inputs.canary }}
            env: {CANARY: "${{ inputs.canary }}"}
            effect: reattach
          - id: PLACERunFails
            run: echo "token $CANARY is wrong" >&2; exit 7
            env: {CANARY: "${{ inputs.canary }}"}
            allowFailure: true
            retry: {max: 0}
          - id: PLACEProcess
            uses: process.ensure
            with: {name: PLACE-canary, command: [sleep, "600"], env: {CANARY: "${{ inputs.canary }}"}}
          - id: PLACERequest
            uses: http.request
            with: {url: "${{ inputs.tokenUrl }}/v1/oauth/jwt/refresh", method: post, headers: {Authorization: "bearer ${{ inputs.canary }}"}, body: "${{ inputs.canary }}", expect: [400, 401]}
          - id: PLACEBytes
            uses: http.request
            with: {url: "${{ inputs.tokenUrl }}/v1/oauth/jwt/refresh", method: post, base64: "${{ base64(inputs.canary) }}", expect: [400, 401, 415]}
          - id: PLACERequestFails
            uses: http.request
            with: {url: "http://127.0.0.1:9/", headers: {Authorization: "bearer ${{ inputs.canary }}"}}
            allowFailure: true
            retry: {max: 0}
          - id: PLACEWait
            uses: http.wait
            with: {url: "${{ inputs.tokenUrl }}/jwks", headers: {X-Token: "${{ inputs.canary }}"}}
          - id: PLACENotify
            uses: notify.send
            with: {channel: webhook, text: hello, url: "${{ inputs.tokenUrl }}/lab/${{ inputs.canary }}", secret: "${{ inputs.canary }}"}
            allowFailure: true
            retry: {max: 0}
          - id: PLACEMint
            uses: jwt.mint
            with: {dialect: itsyouonline, url: "${{ inputs.tokenUrl }}/v1/oauth/access_token", clientId: lab, clientSecret: "${{ inputs.clientSecret }}"}
          - id: PLACEVerify
            uses: jwt.verify
            with: {token: "${{ steps.PLACEMint.outputs.token }}", jwksUrl: "${{ inputs.tokenUrl }}/jwks"}
          - id: PLACERefresh
            uses: jwt.refresh
            with: {dialect: itsyouonline, url: "${{ inputs.tokenUrl }}/v1/oauth/jwt/refresh", token: "${{ steps.PLACEMint.outputs.token }}", before: 30d}
            allowFailure: true
            retry: {max: 0}
          - id: PLACERefreshRfc
            uses: jwt.refresh
            with: {dialect: rfc6749, url: "${{ inputs.tokenUrl }}/nowhere", token: "${{ steps.PLACEMint.outputs.token }}", before: 30d, refreshToken: "${{ inputs.canary }}", clientId: lab, clientSecret: "${{ inputs.canary }}"}
            allowFailure: true
            retry: {max: 0}
          - id: PLACELocal
            uses: jwt.mint
            with: {dialect: local, algorithm: hS256, key: "${{ inputs.canary }}", subject: me, validity: 1h}
          - id: PLACEShared
            uses: jwt.verify
            with: {token: "${{ steps.PLACELocal.outputs.token }}", sharedSecret: "${{ inputs.canary }}"}
          - id: PLACEToken
            uses: file.write
            with: {path: DIR/token, content: "${{ steps.PLACEMint.outputs.token }}"}
          - id: PLACEPush
            uses: git.wait-push
            with: {repo: "${{ inputs.upstream }}", hostKey: "${{ inputs.upstreamHostKey }}", key: "${{ inputs.sshKey }}"}
          - id: PLACEClone
            uses: git.clone
            with: {repo: "${{ inputs.upstream }}", hostKey: "${{ inputs.upstreamHostKey }}", key: "${{ inputs.sshKey }}", path: DIR/clone}
          - id: PLACELayout
            uses: git.init-layout
            with: {path: DIR/clone, folders: [PLACE], message: layout, authorName: a, authorEmail: a@b}
          - id: PLACEPushed
            uses: git.push
            with: {repo: "${{ inputs.upstream }}", hostKey: "${{ inputs.upstreamHostKey }}", key: "${{ inputs.sshKey }}", path: DIR/clone}
          - id: PLACERender
            uses: blueprint.render
            with: {template: "blueprint: x\nsecrets: {token: {{token}}}\nsteps:\n  - id: a\n    run: \"true\"\n", secrets: {token: "store:x"}, compile: false}
            allowFailure: true
            retry: {max: 0}
          - id: PLACESubmit
            uses: blueprint.submit
            with: {path: LAB/child.yaml, secrets: {token: "${{ inputs.canary }}"}}

        """;

    // What has secret inputs and stands above, or below in the container's own steps. An activity that is new must be added here, with a step that uses it.
    private static readonly string[] Covered =
    [
        "ssh.key.privateKey", "file.write.content", "file.merge.secrets", "file.template.secrets", "run.stdin", "process.ensure.env", "http.request.headers", "http.request.body", "http.request.base64", "http.wait.headers",
        "notify.send.url", "notify.send.secret", "jwt.mint.clientSecret", "jwt.mint.key", "jwt.verify.token", "jwt.verify.sharedSecret", "jwt.refresh.token", "jwt.refresh.refreshToken",
        "jwt.refresh.clientSecret", "git.wait-push.key", "git.clone.key", "git.push.key", "blueprint.render.secrets", "blueprint.submit.secrets", "container.run.env", "container.exec.env",
        "container.exec.stdin",
    ];

    [Fact]
    public void EverySecretInput_OfEveryActivity_IsCovered() => Assert.Equal(
        Builtin.Catalog.All.SelectMany(activity => activity.Input.Fields.Where(field => IsSecret(field.Schema)).Select(field => $"{activity.Name}.{field.Name}")).Order(StringComparer.Ordinal),
        Covered.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Canary_ThroughEveryActivity_IsFoundOnlyWhereItWasBrought()
    {
        await lab.ResetAsync();
        (await lab.DockerAsync("import", $"{lab.Folder}/image.tar", "canary:1")).OrThrow();
        var secrets = Directory.CreateDirectory($"{lab.Folder}/canary-secrets").FullName;
        var canary = "c4n4ry-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        await File.WriteAllTextAsync($"{secrets}/canary", canary);
        (await lab.BashAsync($"ssh-keygen -q -t ed25519 -N '' -C canary -f {secrets}/key && cat {secrets}/key.pub >> {lab.Folder}/forge/authorized_keys")).OrThrow();
        var key = (await File.ReadAllLinesAsync($"{secrets}/key"))[2];
        var client = (await File.ReadAllTextAsync($"{lab.Folder}/forge/issuer/secret")).Trim();
        var login = (await File.ReadAllLinesAsync($"{lab.Folder}/operator/id_ed25519"))[2];
        string[] needles = [canary, Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)), Uri.EscapeDataString(canary) + "%", key, client, login];

        var file = $"{lab.Folder}/canary.yaml";
        await File.WriteAllTextAsync(file, Blueprint());
        await File.WriteAllTextAsync($"{lab.Folder}/child.yaml", """
            blueprint: child
            inputs: {token: {type: secret<string>}}
            steps:
              - id: uses
                run: cat
                stdin: ${{ inputs.token }}
            """);
        Ran run;
        ConcurrentDictionary<string, byte> seen;
        using (var sampler = new CommandLines(needles))
        {
            var arguments = $"--inputs {lab.Folder}/autosetup.inputs.json --set loginKey=@{lab.Folder}/operator/id_ed25519 --set clientSecret=@{lab.Folder}/forge/issuer/secret --set canary=@{secrets}/canary --set sshKey=@{secrets}/key";
            run = await lab.BashAsync($"jq '{{host, hostKey, dockerSocket, upstream, upstreamHostKey, tokenUrl}}' {lab.Folder}/autosetup.inputs.json > {lab.Folder}/canary.json; lab_cli run {file} {arguments.Replace("autosetup.inputs.json", "canary.json", StringComparison.Ordinal)}");
            seen = sampler.Seen;
        }

        var id = (await lab.CliAsync("runs", "--json", "--blueprint", "canary", "--limit", "1")).JsonLines().First().GetProperty("runId").GetString()!;
        var shown = (await lab.CliAsync("runs", "show", id)).Output;
        Assert.True(run.Code == 0, run.Output + run.Error + shown);
        var json = (await lab.BashAsync($"lab_cli resume {id} --json; lab_cli runs show {id} --json; lab_cli logs {id} --json")).Output;
        var logs = (await lab.CliAsync("logs", id)).Output;
        Assert.Contains("said *** and ***", logs, StringComparison.Ordinal);

        Assert.True(seen.IsEmpty, "on a command line: " + string.Join('\n', seen.Keys));
        foreach (var needle in needles)
        {
            Assert.DoesNotContain(needle, run.Output + run.Error + shown, StringComparison.Ordinal);
            Assert.DoesNotContain(needle, json, StringComparison.Ordinal);
            Assert.DoesNotContain(needle, logs, StringComparison.Ordinal);
        }

        // Everywhere on disk that the lab, the engine or an activity writes. What it was brought to is left out by name; a container's environment is kept by its engine.
        await File.WriteAllLinesAsync($"{secrets}/needles", needles);
        var found = await lab.BashAsync(
            $"grep -rlaF -f {secrets}/needles {lab.Folder} --exclude-dir=canary-secrets --exclude-dir=canary-here --exclude-dir=canary-node --exclude-dir=docker --exclude-dir=issuer | grep -vxF {lab.Folder}/operator/id_ed25519 || true");
        Assert.True(found.Output.Trim().Length == 0, found.Output);
        var left = await lab.BashAsync($"find {Path.GetTempPath()} -maxdepth 2 -type f -size -1024k -newer {secrets}/canary -exec grep -lsaF -f {secrets}/needles {{}} + || true");
        Assert.True(left.Output.Trim().Length == 0, left.Output);
        // And it did arrive: a test that finds nothing because nothing happened proves nothing.
        Assert.Equal(canary, await File.ReadAllTextAsync($"{lab.Folder}/canary-here/write"));
        Assert.Equal(canary, await File.ReadAllTextAsync($"{lab.Folder}/canary-node/write"));
        Assert.Contains(canary, await File.ReadAllTextAsync($"{lab.Folder}/canary-node/merged.toml"), StringComparison.Ordinal);
    }

    private string Blueprint() => $$$"""
        blueprint: canary
        inputs:
          host: {type: host}
          hostKey: {type: sshPublicKey}
          loginKey: {type: secret<string>}
          clientSecret: {type: secret<string>}
          canary: {type: secret<string>}
          sshKey: {type: secret<string>}
          dockerSocket: {type: string}
          upstream: {type: gitSshUrl}
          upstreamHostKey: {type: sshPublicKey}
          tokenUrl: {type: url}
        targets:
          node: {ssh: {address: "${{ inputs.host }}", user: root, key: "${{ inputs.loginKey }}", hostKey: "${{ inputs.hostKey }}"}}
          box: {docker: {container: canary, via: node, socket: "${{ inputs.dockerSocket }}"}}
        defaults: {env: {ORCHESTRATOR_STATE: "{{{lab.Folder}}}/canary-state"}}
        steps:
          - id: container
            uses: container.run
            target: node
            with: {name: canary, image: "canary:1", command: [sleep, "600"], init: true, env: {CANARY: "${{ inputs.canary }}"}, socket: "${{ inputs.dockerSocket }}"}
          - id: exec
            uses: container.exec
            target: node
            with: {name: canary, command: [sh, -c, "cat; echo $CANARY"], env: {CANARY: "${{ inputs.canary }}"}, stdin: "${{ inputs.canary }}", socket: "${{ inputs.dockerSocket }}"}
          - id: here
            steps:
        {{{At("here", "")}}}
          - id: there
            steps:
        {{{At("node", "node")}}}
          - id: inside
            steps:
              - id: insideWrite
                uses: file.write
                target: box
                with: {path: /root/write, content: "${{ inputs.canary }}"}
              - id: insideRun
                target: box
                run: echo "$(cat) $CANARY"
                stdin: ${{ inputs.canary }}
                env: {CANARY: "${{ inputs.canary }}", ORCHESTRATOR_STATE: /root/state}
              - id: insideProcess
                uses: process.ensure
                target: box
                with: {name: canary, command: [sleep, "600"], env: {CANARY: "${{ inputs.canary }}"}}
                env: {ORCHESTRATOR_STATE: /root/state}
              - id: insideState
                target: box
                run: holds() { printf '%s\n' "$CANARY" | grep -rlsF -f - "$1" | grep -q .; }; test -d /root/state && holds /root/write && ! holds /root/state
                env: {CANARY: "${{ inputs.canary }}"}
                effect: read
        """;

    private string At(string place, string target)
    {
        var text = Steps.Replace("PLACE", place, StringComparison.Ordinal).Replace("LAB", lab.Folder, StringComparison.Ordinal).Replace("DIR", $"{lab.Folder}/canary-{place}", StringComparison.Ordinal);
        var lines = text.Split('\n').Select(line => line.Length == 0 ? line : "    " + line).SelectMany(line =>
            target.Length > 0 && line.TrimStart().StartsWith("- id:", StringComparison.Ordinal) && line.Contains(place, StringComparison.Ordinal) ? [line, $"        target: {target}"] : new[] { line });
        return string.Join('\n', lines).TrimEnd();
    }

    private static bool IsSecret(Schema schema) => schema.Secret || (schema.Item is { } item && IsSecret(item)) || schema.Fields.Any(field => IsSecret(field.Schema));

    /// <summary>Reads the command lines of all processes of the machine again and again.</summary>
    private sealed class CommandLines : IDisposable
    {
        private readonly string[] _needles;
        private readonly Thread _thread;
        private volatile bool _isOver;

        public CommandLines(string[] needles)
        {
            _needles = needles;
            _thread = new Thread(Look);
            _thread.Start();
        }

        public ConcurrentDictionary<string, byte> Seen { get; } = [];

        public void Dispose()
        {
            _isOver = true;
            _thread.Join();
        }

        private void Look()
        {
            while (!_isOver)
            {
                foreach (var process in Directory.EnumerateDirectories("/proc"))
                {
                    if (!char.IsAsciiDigit(process[6])) continue;
                    try
                    {
                        var text = File.ReadAllText(process + "/cmdline");
                        if (Array.Exists(_needles, needle => text.Contains(needle, StringComparison.Ordinal))) Seen.TryAdd(text.Replace('\0', ' '), 0);
                    }
                    catch (IOException)
                    {
                        // It has ended.
                    }
                }

                Thread.Sleep(TimeSpan.FromMilliseconds(2)); // as often as can be without taking the machine from what is looked at
            }
        }
    }
}
