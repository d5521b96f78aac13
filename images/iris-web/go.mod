module labctl.dev/images/iris-web

go 1.26
