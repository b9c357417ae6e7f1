using System.IO.Compression;
using System.Text;

namespace EtcdSentinelExporter.Lab.Measurements;

/// <summary>nginx with one static page, already compressed: no server can be cheaper.</summary>
internal static class Nginx
{
    /// <summary>Writes the page that it will serve, and its compressed form.</summary>
    /// <returns>Bytes of both.</returns>
    public static async Task<(long Plain, long Compressed)> WritePageAsync(string folder, string page)
    {
        var place = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "www")).FullName, "metrics");
        await File.WriteAllTextAsync(place, page);
        await using (var compressed = new GZipStream(File.Create(place + ".gz"), CompressionLevel.Fastest))
            await compressed.WriteAsync(Encoding.UTF8.GetBytes(page));
        return (new FileInfo(place).Length, new FileInfo(place + ".gz").Length);
    }

    /// <summary>Writes its configuration.</summary>
    /// <param name="folder">Folder with the page.</param>
    /// <returns>Program and arguments.</returns>
    public static string[] Command(string folder, string address)
    {
        var configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root root;" : "")}}
            pid {{folder}}/nginx.pid;
            worker_processes 1;
            events { worker_connections 1024; }
            http {
              access_log off;
              keepalive_requests 1000000;
              client_body_temp_path {{folder}}/t1; proxy_temp_path {{folder}}/t2; fastcgi_temp_path {{folder}}/t3;
              uwsgi_temp_path {{folder}}/t4; scgi_temp_path {{folder}}/t5;
              server {
                listen {{address}};
                location = /metrics { default_type text/plain; root {{folder}}/www; gzip_static on; }
              }
            }
            """);
        return [Tools.Find("nginx"), "-p", folder, "-c", configuration, "-e", $"{folder}/nginx.error.log"];
    }
}
