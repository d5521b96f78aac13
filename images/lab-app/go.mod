module labctl.dev/images/lab-app

go 1.26.0
