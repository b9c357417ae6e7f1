using EtcdSentinelExporter.Host;

namespace EtcdSentinelExporter.Certificates.Files;

/// <summary>Reads what one examination needs, and records the state of each file, also of a missing or forbidden
/// one.</summary>
internal sealed class RecordedReads(HostFiles files)
{
    private readonly List<FileState?> _states = [];

    /// <summary>One entry per read; empty if the state of one is not known.</summary>
    public ImmutableArray<FileState> States =>
        _states.Contains(null) ? [] : [.. _states.OfType<FileState>()];

    /// <inheritdoc cref="HostFiles.Read"/>
    public byte[] Read(string path, int maxBytes) => ReadFile(path, maxBytes).Bytes;

    /// <inheritdoc cref="HostFiles.ReadFile"/>
    public HostFile ReadFile(string path, int maxBytes)
    {
        try
        {
            var file = files.ReadFile(path, maxBytes);
            _states.Add(file.State);
            return file;
        }
        catch (FileNotFoundException)
        {
            // One that is there by now was not read.
            _states.Add(StateOf(path) is { Version: null } absent ? absent : null);
            throw;
        }
        catch (UnauthorizedAccessException)
        {
            _states.Add(StateOf(path) is { Version: not null } forbidden ? forbidden : null);
            throw;
        }
        // An error of the disk may be gone at the next poll.
        catch (IOException)
        {
            _states.Add(null);
            throw;
        }
    }

    private FileState? StateOf(string path)
    {
        try
        {
            return files.StateOf(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
