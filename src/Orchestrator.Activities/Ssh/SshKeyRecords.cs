using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Ssh;

/// <summary>Which key.</summary>
public sealed record SshKeyInput
{
    /// <summary>Path.</summary>
    [Field("File of the private key; the public one is beside it with `.pub`. Its folder is made with mode 700.", Format = "path")]
    public required string Path { get; init; }

    /// <summary>Type.</summary>
    [Field("Kind of a new key; ignored with `privateKey` and for an existing one.")]
    public SshKeyType Type { get; init; } = SshKeyType.Ed25519;

    /// <summary>Bits.</summary>
    [Field("Length of a new rsa key.", Min = 2048, Max = 16384)]
    public int Bits { get; init; } = 3072;

    /// <summary>Comment.</summary>
    [Field("Comment of a new key.")]
    public string Comment { get; init; } = "";

    /// <summary>Private key.</summary>
    [Field("The key to install, as text, without passphrase; absent = make a new one.")]
    public Secret? PrivateKey { get; init; }

    /// <summary>Owner.</summary>
    [Field("Owner of the files, `user` or `user:group`; absent = the user that makes them.")]
    public string? Owner { get; init; }
}

/// <summary>Kinds of keys.</summary>
public enum SshKeyType
{
    /// <summary>Short and modern.</summary>
    Ed25519,

    /// <summary>For old servers.</summary>
    Rsa,
}

/// <summary>The key.</summary>
public sealed record SshKeyOutput
{
    /// <summary>Public key.</summary>
    [Field("The public half, one line.", Format = "sshPublicKey")]
    public string PublicKey { get; init; } = "";

    /// <summary>Fingerprint.</summary>
    [Field("`SHA256:…`, as ssh-keygen shows it.")]
    public string Fingerprint { get; init; } = "";

    /// <summary>Path.</summary>
    [Field("File of the private key on the target.")]
    public string Path { get; init; } = "";

    /// <summary>Made.</summary>
    [Field("True when this step put the key there.")]
    public bool Made { get; init; }
}
