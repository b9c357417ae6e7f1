using System.CommandLine;

RootCommand lab = new("Runs etcd clusters on loopback, with exporters, Prometheus and incidents.");
return await lab.Parse(args).InvokeAsync();
