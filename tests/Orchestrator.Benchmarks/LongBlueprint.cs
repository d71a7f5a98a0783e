using System.Globalization;
using System.Text;

namespace Orchestrator.Benchmarks;

/// <summary>A blueprint as people write them, only longer: groups of steps of many kinds that use each other's results.</summary>
internal static class LongBlueprint
{
    private const string Head = """
        blueprint: long
        description: Many hosts, one after the other.
        inputs:
          host: {type: host, description: Where}
          token: {type: secret<string>, description: For the API}
          folder: {type: string, default: /srv/app, pattern: "/[a-z/]+", description: Where it goes}
          ports: {type: list<int>, default: [80, 443], description: Open ones}
          nap: {type: duration, default: 3s, description: How long to wait}
        vars:
          base: ${{ inputs.folder }}/base
          name: app-${{ inputs.host }}
        targets:
          node: {ssh: {address: "${{ inputs.host }}", user: root, key: "${{ inputs.token }}", hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlbmNobWFya2JlbmNobWFya2JlbmNobWFyazEy}}
        timeout: 2d
        steps:

        """;

    private const string Group = """
          - id: group#
            steps:
              - id: folder#
                name: Folder number #
                uses: file.mkdir
                target: node
                with: {path: "${{ vars.base }}/#", mode: "0755"}

              - id: write#
                if: steps.folder#.outputs.path != null
                uses: file.write
                target: node
                with:
                  path: ${{ steps.folder#.outputs.path }}/app.conf
                  content: |
                    written by step ${{ step.key }}
                    name = ${{ vars.name }}
                    ports = ${{ inputs.ports.map(port => `:${port}`).join(', ') }}
                timeout: {attempt: 30s}

              - id: script#
                run: |
                  set -eu
                  test -d "$FOLDER"
                  echo "$NAME" > "$FOLDER/name"
                env:
                  FOLDER: ${{ steps.folder#.outputs.path }}
                  NAME: ${{ vars.name }}
                effect: idempotent
                retry: {max: 5, delay: 500ms, backoff: constant, jitter: none, on: [run.exit]}

              - id: call#
                uses: http.request
                with:
                  url: https://${{ inputs.host }}/api/${{ steps.script#.outputs.stdout.trim() }}
                  method: post
                  headers: {authorization: "Bearer ${{ inputs.token }}"}
                  json: {host: "${{ inputs.host }}", ports: "${{ inputs.ports }}", index: #}

          - id: both#
            parallel:
              - id: left#
                run: echo left
                effect: idempotent
              - id: right#
                needs: [left#]
                run: echo "$STATUS"
                env: {STATUS: "got ${{ steps.call#.outputs.status }}"}
                effect: idempotent

          - id: each#
            foreach: {in: "${{ inputs.ports.filter(port => port > 0) }}", as: port}
            run: echo "$PORT"
            env: {PORT: "${{ port }} after ${{ steps.left#.status }}"}
            effect: idempotent

          - id: nap#
            wait: ${{ inputs.nap }}


        """;

    /// <summary>So many lines or up to one group more.</summary>
    public static string OfLines(int lines)
    {
        var text = new StringBuilder(Head);
        for (var (i, have) = (1, Head.Count(c => c == '\n')); have < lines; i++)
        {
            text.Append(Group.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            have += Group.Count(c => c == '\n');
        }

        return text.ToString();
    }
}
