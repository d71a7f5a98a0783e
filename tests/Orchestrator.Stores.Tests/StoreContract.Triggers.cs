using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    private static StoredTrigger Trigger(string id, string kind = "webhook", string match = "", DateTimeOffset? due = null) =>
        new(id, id.Split('/')[0], id.Split('/')[1], "hash1", kind, match, Utf8("{\"ü\":1}"), Noon, due);

    [Fact]
    public async Task Trigger_ReadBack_IsWhatWasWritten()
    {
        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("b/push", match: "push"), Trigger("a/nightly", "cron", due: Noon.AddTicks(1))] });

        var triggers = await Store.ListTriggersAsync(None);

        Assert.Equal(["a/nightly", "b/push"], triggers.Select(trigger => trigger.Id));
        Assert.Equal(("b", "push", "hash1", "webhook", "push", Noon, null, false, null, null, null, null), Shape(triggers[1]));
        Assert.Equal("{\"ü\":1}", Encoding.UTF8.GetString(triggers[1].Settings.Span));
        Assert.Equal(Noon.AddMilliseconds(1), triggers[0].Due); // late, never early

        static (string, string, string, string, string, DateTimeOffset, DateTimeOffset?, bool, DateTimeOffset?, string?, DateTimeOffset?, string?) Shape(StoredTrigger it) =>
            (it.Owner, it.Name, it.Definition, it.Kind, it.Match, it.IndexedAt, it.Due, it.Paused, it.LastAt, it.LastRun, it.RefusedAt, it.Refusal);
    }

    [Fact]
    public async Task Trigger_WrittenAgain_KeepsItsPauseAndWhatItDid()
    {
        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("a/push", match: "old")] });
        await Store.CommitAsync(new WriteSet
        {
            Firings = [new StoredFiring("a/push", "1", Noon.AddMinutes(1), "run1")],
            RefuseFirings = [("a/push", Noon.AddMinutes(2), "no such input")],
            PauseTriggers = [("a/push", true)],
        });

        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("a/push", match: "new") with { Definition = "hash2" }] });

        var trigger = Assert.Single(await Store.FindTriggersAsync("webhook", "new", None));
        Assert.Equal(("hash2", true, "run1", "no such input"), (trigger.Definition, trigger.Paused, trigger.LastRun, trigger.Refusal));
        Assert.Equal((Noon.AddMinutes(1), Noon.AddMinutes(2)), (trigger.LastAt, trigger.RefusedAt));
        Assert.Empty(await Store.FindTriggersAsync("webhook", "old", None));
    }

    [Fact]
    public async Task Triggers_ByKind_AreFoundWithAndWithoutAMatch()
    {
        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("a/x", "http", "get /x"), Trigger("a/y", "http", "post /x"), Trigger("b/x", "http", "get /x"), Trigger("a/z", "event", "get /x")] });
        Assert.Equal(["a/x", "b/x"], (await Store.FindTriggersAsync("http", "get /x", None)).Select(trigger => trigger.Id));
        Assert.Equal(["a/x", "a/y", "b/x"], (await Store.FindTriggersAsync("http", null, None)).Select(trigger => trigger.Id));
        await Store.CommitAsync(new WriteSet { RemoveTriggers = ["a/x", "never/was"] });
        Assert.Equal(["b/x"], (await Store.FindTriggersAsync("http", "get /x", None)).Select(trigger => trigger.Id));
    }

    [Fact]
    public async Task Schedules_Due_AreGivenEarliestFirstAndNotWhilePaused()
    {
        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("a/late", "cron", due: Noon.AddHours(1)), Trigger("a/soon", "cron", due: Noon), Trigger("a/next", "cron", due: Noon.AddMinutes(1)), Trigger("a/hook")] });

        Assert.Equal(Noon, await Store.NextTriggerAsync(None));
        Assert.Equal(["a/soon", "a/next"], (await Store.ReadDueTriggersAsync(Noon.AddMinutes(1), 10, None)).Select(trigger => trigger.Id));
        Assert.Single(await Store.ReadDueTriggersAsync(Noon.AddMinutes(1), 1, None));

        await Store.CommitAsync(new WriteSet { PauseTriggers = [("a/soon", true)], SetDue = [("a/next", null)] });
        Assert.Equal(Noon.AddHours(1), await Store.NextTriggerAsync(None));
        Assert.Empty(await Store.ReadDueTriggersAsync(Noon.AddMinutes(1), 10, None));

        await Store.CommitAsync(new WriteSet { PauseTriggers = [("a/soon", false)] });
        Assert.Equal(Noon, await Store.NextTriggerAsync(None));
    }

    [Fact]
    public async Task Occurrence_SettledTwice_IsRefusedWithTheRunOfTheSecond()
    {
        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("a/push")] });
        await Store.CommitAsync(Events("run1", 1, 1) with { Runs = [Run("run1")], Firings = [new StoredFiring("a/push", "delivery-1", Noon, "run1", "digest")] });

        await Assert.ThrowsAsync<DuplicateKeyException>(() =>
            Store.CommitAsync(Events("run2", 1, 1) with { Runs = [Run("run2")], Firings = [new StoredFiring("a/push", "delivery-1", Noon, "run2", "other")] }));

        Assert.Equal(new StoredFiring("a/push", "delivery-1", Noon, "run1", "digest"), await Store.FindFiringAsync("a/push", "delivery-1", None));
        Assert.Null(await Store.FindRunAsync("run2", None));
        Assert.Null(await Store.FindFiringAsync("b/push", "delivery-1", None));
        Assert.Equal("run1", Assert.Single(await Store.ListTriggersAsync(None)).LastRun);
    }

    [Fact]
    public async Task Occurrence_PassedOver_KeepsTheRunBefore()
    {
        await Store.CommitAsync(new WriteSet { Triggers = [Trigger("a/push")], Firings = [new StoredFiring("a/push", "1", Noon, "run1")] });
        await Store.CommitAsync(new WriteSet { Firings = [new StoredFiring("a/push", "2", Noon.AddMinutes(1), null, "", "the run before still moves")], RemoveTriggers = ["never/was"] });

        var trigger = Assert.Single(await Store.ListTriggersAsync(None));
        Assert.Equal(("run1", Noon.AddMinutes(1)), (trigger.LastRun, trigger.LastAt));
        Assert.Equal("the run before still moves", (await Store.FindFiringAsync("a/push", "2", None))!.Note);
    }
}
