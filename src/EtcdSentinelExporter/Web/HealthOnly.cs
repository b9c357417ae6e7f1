using Microsoft.AspNetCore.Connections;

namespace EtcdSentinelExporter.Web;

/// <summary>Marks connections to the address that serves only the health pages.</summary>
internal sealed class HealthOnly
{
    private static readonly HealthOnly Connection = new();

    public static ConnectionDelegate Mark(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Connection);
        return next(connection);
    };

    public static bool IsMarked(HttpContext http) => http.Features.Get<HealthOnly>() is not null;
}
