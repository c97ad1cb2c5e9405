/** Where tasks on AWS have the shared files. Handlers get the path, which differs on the laptop, as `sharedFolder`. */
export const sharedFilesPath = "/mnt/shared";
