namespace EtcdSentinelExporter.Lab.Browsing;

/// <summary>What a browser imitates: a screen and the preference of its user.</summary>
/// <param name="Width">Width of the page in CSS pixels.</param>
/// <param name="IsDark">True if the user prefers dark pages.</param>
/// <param name="Scale">Pixels of the screen for each CSS pixel: 2 is a zoom of 200 %, or the screen of a phone.</param>
internal sealed record BrowserView(int Width, bool IsDark = false, double Scale = 1)
{
    public const int Height = 800;
}
