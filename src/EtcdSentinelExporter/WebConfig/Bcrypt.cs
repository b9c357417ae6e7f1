using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EtcdSentinelExporter.WebConfig;

/// <summary>The bcrypt of the system's libxcrypt.</summary>
internal static partial class Bcrypt
{
    // struct crypt_data of libxcrypt; what it returns points into it.
    private const int WorkSpace = 32_768;
    private const int HashLength = 60;

    // A password and its hash that any bcrypt has to find to belong together.
    private const string KnownPassword = "U*U";
    private const string KnownHash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    /// <summary>Whether passwords can be checked at all; <see langword="null"/> when they can, else why not.</summary>
    public static string? Missing()
    {
        const string remedy =
            "install libxcrypt (Debian: libcrypt1; Fedora: libxcrypt-compat), or leave the users out.";
        try
        {
            return Fits(Encoding.ASCII.GetBytes(KnownPassword), BcryptHash.Parse(KnownHash))
                ? null
                : $"this system's libcrypt.so.1 does not know bcrypt; {remedy}";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return $"passwords are checked by libcrypt.so.1, which this system lacks; {remedy}";
        }
    }

    /// <summary>Whether the password is the one. Takes as long as the hash's cost says, on one core.</summary>
    /// <remarks>As in every bcrypt, bytes behind the 72nd do not count.</remarks>
    public static bool Fits(byte[] password, BcryptHash hash)
    {
        // The library reads up to a zero: «right\0anything» must not pass for «right».
        if (password.Contains((byte)0))
            return false;
        var wanted = Encoding.ASCII.GetBytes(hash.Text);
        var phrase = new byte[password.Length + 1];
        password.CopyTo(phrase, 0);
        var space = Marshal.AllocHGlobal(WorkSpace);
        try
        {
            Marshal.Copy(new byte[WorkSpace], 0, space, WorkSpace);
            var found = new byte[HashLength];
            var result = CryptR(
                ref MemoryMarshal.GetArrayDataReference(phrase),
                ref MemoryMarshal.GetArrayDataReference((byte[])[.. wanted, 0]), space);
            if (result != 0)
                Marshal.Copy(result, found, 0, HashLength);
            return CryptographicOperations.FixedTimeEquals(found, wanted);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(phrase);
            Marshal.Copy(new byte[WorkSpace], 0, space, WorkSpace);
            Marshal.FreeHGlobal(space);
        }
    }

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt_r")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint CryptR(ref byte phrase, ref byte setting, nint data);
}
