using Orchestrator.Activities.Packages;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Packages;

public sealed class PackageEnsureTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [LabFact("dpkg-query")]
    public async Task Ensure_Installed_ChangesNothingAndSaysTheVersion()
    {
        var (output, changed) = await _place.RunAsync(new PackageEnsure(), Input("{'packages': ['dpkg', 'bash']}"));
        Assert.False(changed);
        Assert.Equal(await _place.ShellAsync("dpkg-query -W -f '${Version}' dpkg"), output.Get("versions")!.Get("dpkg")!.AsString());
    }

    [LabFact("dpkg-query")]
    public async Task Plan_MissingOrOtherVersion_SaysWhatWouldChange()
    {
        var plan = await _place.PlanAsync(new PackageEnsure(), Input("{'packages': ['dpkg=0.0.1', 'orchestrator-no-such-package']}"));
        Assert.Equal(CheckState.Differs, plan.State);
        Assert.EndsWith("-> 0.0.1", plan.Changes[0].ToString());
        Assert.Equal("package orchestrator-no-such-package: installed", plan.Changes[1].ToString());
    }

    [Theory]
    [InlineData(100, "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1", "package.locked", FailureKind.Transient)]
    [InlineData(100, "E: Unable to locate package nope", "package.unknown", FailureKind.Permanent)]
    [InlineData(100, "E: Version '9' for 'dpkg' was not found", "package.unknown", FailureKind.Permanent)]
    [InlineData(100, "W: x\nE: Failed to fetch http://deb/x  Connection refused", "package.fetchFailed", FailureKind.Transient)]
    [InlineData(127, "sh: apt-get: not found", "package.noApt", FailureKind.Permanent)]
    [InlineData(1, "dpkg: error processing package x", "package.failed", FailureKind.Permanent)]
    public void Failed_AptsWords_BecomeACode(int exitCode, string error, string code, FailureKind kind)
    {
        var failure = PackageEnsure.Failed(["x"], new CommandResult(exitCode, "", error)).Failure;
        Assert.Equal((code, kind), (failure.Code, failure.Kind));
    }

    [LabFact("apt-get", "dpkg-deb")]
    public async Task Ensure_FromAPrivateRepository_InstallsForReal()
    {
        // apt and dpkg work on a copy of nothing: their folders are set aside by configuration, so the machine's own packages are not touched.
        await _place.ShellAsync($$"""
            set -e; cd {{_place.Folder}}
            mkdir -p p/DEBIAN repo root/var/lib/dpkg/info root/var/lib/dpkg/updates root/var/lib/apt/lists/partial root/var/cache/apt/archives/partial root/etc/apt root/var/log
            : >root/var/lib/dpkg/status
            printf 'Package: orctiny\nVersion: 1.2\nArchitecture: all\nMaintainer: t <t@example.org>\nDescription: t\n' >p/DEBIAN/control
            mkdir -p p/opt; echo installed >p/opt/orctiny
            dpkg-deb --root-owner-group -b p repo/orctiny_1.2_all.deb >/dev/null
            cd repo; { cat ../p/DEBIAN/control | sed '/^Description/d'; echo "Filename: ./orctiny_1.2_all.deb"; echo "Size: $(stat -c %s orctiny_1.2_all.deb)"; echo "SHA256: $(sha256sum orctiny_1.2_all.deb | cut -d' ' -f1)"; echo "Description: t"; echo; } >Packages
            """);
        await File.WriteAllTextAsync(_place["apt.conf"], $$"""
            Dir "{{_place["root"]}}/";
            Dir::State::status "{{_place["root"]}}/var/lib/dpkg/status";
            Dir::Etc::sourcelist "{{_place["root"]}}/etc/apt/sources.list";
            DPkg::Options:: "--root={{_place["root"]}}";
            DPkg::Options:: "--force-not-root";
            APT::Sandbox::User "root";
            """);
        await File.WriteAllTextAsync(_place["root/etc/apt/sources.list"], $"deb [trusted=yes] file:{_place["repo"]} ./\n");
        _place.Environment["APT_CONFIG"] = _place["apt.conf"];
        _place.Environment["DPKG_ADMINDIR"] = _place["root/var/lib/dpkg"];

        var (output, changed) = await _place.RunAsync(new PackageEnsure(), Input("{'packages': ['orctiny=1.2']}"));
        Assert.True(changed);
        Assert.Equal("installed\n", await File.ReadAllTextAsync(_place["root/opt/orctiny"]));
        Assert.Equal("1.2", output.Get("versions")!.Get("orctiny")!.AsString());
        Assert.False((await _place.RunAsync(new PackageEnsure(), Input("{'packages': ['orctiny=1.2']}"))).Changed);
        Assert.Equal("package.unknown", (await _place.FailAsync(new PackageEnsure(), Input("{'packages': ['orc-not-there']}"))).Code);
    }
}
