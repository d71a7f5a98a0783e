using System.Text;
using Orchestrator.Model.Failures;
using Orchestrator.Stores.Secrets;

namespace Orchestrator.Stores.Tests.Secrets;

public sealed class FileSealTests
{
    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    [InlineData("pass wörd 🔑\n")]
    public void Seal_OpenedWithTheSameKey_GivesTheText(string text)
    {
        using var folder = new TemporaryFolder();
        var bytes = FileSeal.Open(folder.Path).Protect(text);
        Assert.Equal(text, FileSeal.Open(folder.Path).Unprotect(bytes));
    }

    [Fact]
    public void Seal_SameTextTwice_GivesDifferentBytesWithoutTheText()
    {
        using var folder = new TemporaryFolder();
        var seal = FileSeal.Open(folder.Path);
        var (first, second) = (seal.Protect("s3cret-text"), seal.Protect("s3cret-text"));
        Assert.NotEqual<byte[]>(first, second);
        Assert.DoesNotContain("s3cret", Encoding.Latin1.GetString(first), StringComparison.Ordinal);
    }

    [Fact]
    public void Unseal_AnyChangedByte_Fails()
    {
        using var folder = new TemporaryFolder();
        var seal = FileSeal.Open(folder.Path);
        var bytes = seal.Protect("s3cret");
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.Equal("secret.unreadable", Assert.Throws<FailureException>(() => seal.Unprotect(changed)).Failure.Code);
        }

        Assert.Equal("secret.unreadable", Assert.Throws<FailureException>(() => seal.Unprotect([])).Failure.Code);
    }

    [Fact]
    public void Unseal_WithAnotherKey_Fails()
    {
        using var one = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var bytes = FileSeal.Open(one.Path).Protect("s3cret");
        Assert.Equal("secret.unreadable", Assert.Throws<FailureException>(() => FileSeal.Open(other.Path).Unprotect(bytes)).Failure.Code);
    }

    [Fact]
    public void Open_MakesAKeyFileOnlyTheUserCanRead()
    {
        using var folder = new TemporaryFolder();
        FileSeal.Open(folder.Path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("secret.key")));
        Assert.Equal([folder.File("secret.key")], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    public void Open_KeyOthersCanRead_Fails(UnixFileMode extra)
    {
        using var folder = new TemporaryFolder();
        FileSeal.Open(folder.Path);
        File.SetUnixFileMode(folder.File("secret.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | extra);
        var failure = Assert.Throws<FailureException>(() => FileSeal.Open(folder.Path)).Failure;
        Assert.Equal("secret.keyExposed", failure.Code);
        Assert.Contains("chmod 600", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all, not even nearly, no")]
    public void Open_FileWithoutAKey_Fails(string content)
    {
        using var folder = new TemporaryFolder();
        FileSeal.Open(folder.Path);
        File.WriteAllText(folder.File("secret.key"), content);
        Assert.Equal("secret.keyInvalid", Assert.Throws<FailureException>(() => FileSeal.Open(folder.Path)).Failure.Code);
    }

    [Fact]
    public void Open_FromManyThreads_AgreesOnOneKey()
    {
        for (var round = 0; round < 500; round++)
        {
            using var folder = new TemporaryFolder();
            var seals = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(8).Select(_ => FileSeal.Open(folder.Path)).ToArray();
            foreach (var seal in seals) Assert.Equal("text", seal.Unprotect(seals[0].Protect("text")));
            Assert.Single(Directory.GetFiles(folder.Path));
        }
    }
}
